"""What must be true of cars, those who drive them, what they carry and where they stand."""

from .driver import Driver
from .place import Place
from .quota import Quota
from .terminal import Terminal
from .vehicle import Category, Plating, Vehicle

__all__ = ["Category", "Driver", "Place", "Plating", "Quota", "Terminal", "Vehicle"]
