"""Reading the parts of a ZIP container without trusting what it says about their size."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .refusals import Damaged, Inflated

PART = 64 << 20
WHOLE = 256 << 20


class Package:
    """Parts by name, without regard to case; a bomb is noticed while it unfolds."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = ZipFile(file)
        except BadZipFile as error:
            raise Damaged from error
        self._names = {name.lower().lstrip("/"): name for name in self._zip.namelist()}
        self._left = WHOLE

    def names(self) -> list[str]:
        return list(self._names)

    def read(self, name: str) -> bytes:
        """Empty for a part that is not there."""
        stored = self._names.get(name.lower().lstrip("/"))
        return self._unfolded(stored) if stored is not None else b""

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of everything in it, also of two under one name."""
        for entry in self._zip.infolist():
            yield entry.filename, self._unfolded(entry)

    def _unfolded(self, stored: str | ZipInfo) -> bytes:
        most = min(PART, self._left)
        try:
            with self._zip.open(stored) as part:
                content = part.read(most + 1)
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise Damaged from error
        if len(content) > most:
            raise Inflated
        self._left -= len(content)
        return content

    def elements(self, name: str) -> Iterator[tuple[str, Element]]:
        """(local name, element) of every element that ends, in order. Declared entities and DTDs are refused."""
        content = self.read(name)
        if not content:
            return
        try:
            for _, element in iterparse(BytesIO(content), events=("end",), forbid_dtd=True):
                yield str(element.tag).rpartition("}")[2], element
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise Damaged from error
