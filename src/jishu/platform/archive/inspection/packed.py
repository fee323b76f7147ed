"""What lies inside a ZIP: each file in it is looked at as if it had been sent by itself."""

from collections.abc import Iterator
from io import BytesIO
from typing import IO

from .formats import Format
from .package import Package
from .recognising import names_in_package, recognise
from .refusals import Damaged, Empty, TooDeep, UnknownFormat
from .texts import passages

_DEEP = 2  # packages in packages
_PAGES = 20


def said_in(file: IO[bytes], found: Format, pages: int = _PAGES) -> Iterator[str]:
    """The first pages of a file; of a ZIP, the names of what it holds and their first pages."""
    if found.code != "zip":
        yield from (text for _, text in passages(file, found, pages))
        return
    yield from _packed(file, _DEEP)


def _packed(file: IO[bytes], depth: int) -> Iterator[str]:
    yield from names_in_package(file)
    for name, unfolded in Package(file).entries():
        content = BytesIO(unfolded)
        try:
            found = recognise(content, name.rpartition(".")[2].lower())
        except (UnknownFormat, Damaged, Empty):
            continue  # nobody reads words in it, and neither do we
        if found.code != "zip":
            yield from said_in(content, found)
        elif depth:
            yield from _packed(content, depth - 1)
        else:
            raise TooDeep
