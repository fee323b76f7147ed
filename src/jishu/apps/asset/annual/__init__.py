"""资产年报: the tables of a unit as of 31 December, frozen when closed."""
