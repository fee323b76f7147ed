"""What the asset system watches for (RA-01 … RA-09): each a few queries over all units at once."""
