"""Which positions lie within a fence: a circle, or a polygon of any shape."""

import numpy as np
from numpy.typing import NDArray

from .coordinates import metres

Places = NDArray[np.float64]


def in_circle(
    latitude: Places, longitude: Places, *, centre: tuple[float, float], radius_m: float
) -> NDArray[np.bool_]:
    north, east = np.full_like(latitude, centre[0]), np.full_like(longitude, centre[1])
    return np.asarray(metres(latitude, longitude, north, east) <= radius_m)


def in_polygon(latitude: Places, longitude: Places, ring: list[tuple[float, float]]) -> NDArray[np.bool_]:
    """Even-odd rule; `ring` are corners as (latitude, longitude), closed or not."""
    inside = np.zeros(len(latitude), bool)
    for (south, west), (north, east) in zip(ring, [*ring[1:], ring[0]], strict=True):
        crosses = (south > latitude) != (north > latitude)
        if north != south:
            inside ^= crosses & (longitude < (east - west) * (latitude - south) / (north - south) + west)
    return inside
