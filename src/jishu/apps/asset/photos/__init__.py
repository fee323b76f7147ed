"""照片: what a thing looks like, taken where it stands."""
