"""Does a declaration keep its word? Rules with ids, and the level (L1 … L4) reached: measured, never claimed."""

from . import catalogue, data, flows, joining, watching  # noqa: F401 - each adds its rules
from .report import Report, check
from .rule import LEVELS, RULES, Finding, Known, Rule

__all__ = ["LEVELS", "RULES", "Finding", "Known", "Report", "Rule", "check"]
