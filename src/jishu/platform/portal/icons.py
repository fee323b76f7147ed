"""The few marks that stand beside words, drawn on a grid of 24. None is ever shown without its word."""

from functools import cache
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SHAPES = {
    "mark": "M12 3v18M5 7l7 4 7-4M5 17l7-4 7 4M5 7v10M19 7v10",
    "home": "M4 11 12 4l8 7M6 10v10h12V10M10 20v-6h4v6",
    "hall": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    "todo": "M4 13h4l2 3h4l2-3h4M4 13 6 5h12l2 8v6H4z",
    "mine": "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
    "me": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 4-6 8-6s8 2 8 6",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20",
    "message": "M4 5h16v11H9l-5 4z",
    "empty": "M4 8h16v11H4zM4 8l2-4h12l2 4M9 12h6",
}


@cache
def draw(name: str) -> SafeString:
    """An SVG in the colour of the text around it; KeyError for a shape nobody drew."""
    return format_html(
        '<svg class="glyph glyph-{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        name,
        mark_safe(SHAPES[name]),  # noqa: S308 - our own constant
    )


def favicon() -> str:
    """The mark of the platform as a data address, so that the browser asks for no further file."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        '<rect width="24" height="24" rx="4" fill="#1d5bb8"/>'
        f'<path d="{SHAPES["mark"]}" fill="none" stroke="#fff" stroke-width="1.6"/></svg>'
    )
    return f"data:image/svg+xml,{quote(drawn)}"
