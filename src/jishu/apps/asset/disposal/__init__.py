"""处置: six ways out of the ledger, as one business item (ZC-07)."""
