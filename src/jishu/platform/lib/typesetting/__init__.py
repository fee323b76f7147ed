"""Sheets of paper as PDF: a template of ours and values, set by typst in a bounded child process."""

from .setting import CannotTypeset, FontMissing, typeset

__all__ = ["CannotTypeset", "FontMissing", "typeset"]
