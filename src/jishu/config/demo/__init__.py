"""云溪区: an invented district with units, people, accounts, a ledger and cases, loaded by the platform's own doors."""
