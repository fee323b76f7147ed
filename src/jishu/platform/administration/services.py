"""All commands of the package, known by their titles from the start."""

from . import granting, leaving, reorganising

__all__ = ["granting", "leaving", "reorganising"]
