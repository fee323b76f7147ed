"""Where the browser finds what the front-end build made."""

import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static


class NotBuilt(RuntimeError):
    """The front end has not been built; `make run` builds it."""


def address(entry: str) -> str:
    """The URL of a bundle by the name of its source file: ``main.ts``, ``main.css``."""
    manifest = _place()
    try:
        return static(f"dist/{_read(manifest, manifest.stat().st_mtime_ns)[entry]}")
    except (FileNotFoundError, KeyError):
        raise NotBuilt(f"dist/manifest.json has no {entry!r}; `make run` builds it") from None


@lru_cache(maxsize=1)
def _place() -> Path:
    found = finders.find("dist/manifest.json")
    if found is None:
        raise NotBuilt(NotBuilt.__doc__)
    return Path(found)


@lru_cache(maxsize=1)
def _read(manifest: Path, changed: int) -> dict[str, str]:
    """Again whenever the file changed: a new build must not leave a running page without its styles."""
    names: dict[str, str] = json.loads(manifest.read_text())
    return names
