"""资产分类: what the rules say about a class, and what its older code was."""
