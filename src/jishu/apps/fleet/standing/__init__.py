"""编制与配备: how many cars of a category a unit may have, has, and has too many."""
