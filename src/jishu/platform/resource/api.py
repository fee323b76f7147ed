"""The front door. Addresses are composed from ``urls``."""

from .addresses import address
from .rest.schemas import Problems

__all__ = ["Problems", "address"]
