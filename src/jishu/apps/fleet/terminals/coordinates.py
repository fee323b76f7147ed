"""Where a place lies on whose map: WGS-84 is kept, GCJ-02 only drawn. And how far it is from here to there."""

from math import cos, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

_AXIS, _SQUARED_ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943_23  # Krasovsky's ellipsoid
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_EARTH_M = 6_371_008.8

Floats = NDArray[np.float64]


def gcj_of(latitude: float, longitude: float) -> tuple[float, float]:
    """The same place on a map with the shift prescribed for public maps in China; elsewhere nothing changes."""
    if not (_WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH):
        return latitude, longitude
    north, east = _north(longitude - 105, latitude - 35), _east(longitude - 105, latitude - 35)
    phi = radians(latitude)
    magic = 1 - _SQUARED_ECCENTRICITY * sin(phi) ** 2
    meridian = _AXIS * (1 - _SQUARED_ECCENTRICITY) / (magic * sqrt(magic))
    parallel = _AXIS / sqrt(magic) * cos(phi)
    return latitude + north * 180 / (meridian * pi), longitude + east * 180 / (parallel * pi)


def wgs_of(latitude: float, longitude: float) -> tuple[float, float]:
    """The way back, to less than a millimetre."""
    guess = latitude, longitude
    for _ in range(6):
        there = gcj_of(*guess)
        guess = guess[0] + latitude - there[0], guess[1] + longitude - there[1]
    return guess


def _waves(value: float, *of: tuple[float, float]) -> float:
    return sum(size * sin(value * pi * often) for size, often in of) * 2 / 3


def _north(x: float, y: float) -> float:
    flat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    return (
        flat + _waves(x, (20, 6), (20, 2)) + _waves(y, (20, 1), (40, 1 / 3)) + _waves(y, (160, 1 / 12), (320, 1 / 30))
    )


def _east(x: float, y: float) -> float:
    flat = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    return (
        flat + _waves(x, (20, 6), (20, 2)) + _waves(x, (20, 1), (40, 1 / 3)) + _waves(x, (150, 1 / 12), (300, 1 / 30))
    )


def metres(south: Floats, west: Floats, north: Floats, east: Floats) -> Floats:
    """Great-circle distances between places in degrees, pair by pair."""
    phi, psi = np.radians(south), np.radians(north)
    half = np.sin((psi - phi) / 2) ** 2 + np.cos(phi) * np.cos(psi) * np.sin(np.radians(east - west) / 2) ** 2
    return np.asarray(2 * _EARTH_M * np.arcsin(np.sqrt(half)))
