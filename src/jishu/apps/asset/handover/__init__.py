"""人员交接 (ZC-11): everything in one person's hands goes into others', at once and signed by both."""
