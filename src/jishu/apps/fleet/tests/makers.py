"""Smallest valid records of the fleet, by topic."""

from . import files_makers, trip_makers
from .files_makers import make_driver, make_place, make_quota, make_terminal, make_vehicle, make_vin
from .trip_makers import make_paper, make_purchase, make_ride, make_sealing, make_trip

__all__ = [
    "MAKERS",
    "make_driver",
    "make_paper",
    "make_place",
    "make_purchase",
    "make_quota",
    "make_ride",
    "make_sealing",
    "make_terminal",
    "make_trip",
    "make_vehicle",
    "make_vin",
]

MAKERS = {**files_makers.MAKERS, **trip_makers.MAKERS}
