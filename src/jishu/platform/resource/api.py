"""The front door. Addresses are composed from ``urls``."""

from .addresses import address

__all__ = ["address"]
