"""The composition root: which packages make up the platform, and how they are served."""
