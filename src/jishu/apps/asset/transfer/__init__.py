"""调拨 (ZC-05): a thing goes to another unit, place or person; both sides confirm, the books follow."""
