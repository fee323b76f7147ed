"""Contents under the hash of what they are: the same bytes twice are one file."""

from .incoming import Incoming, received
from .place import Store, store

__all__ = ["Incoming", "Store", "received", "store"]
