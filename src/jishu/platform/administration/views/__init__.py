"""Pages of the three administrators."""
