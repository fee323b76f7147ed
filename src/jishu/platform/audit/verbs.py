"""The verbs of the record and what people call them, as the commands themselves declare."""

_titles: dict[str, str] = {}


def name_verb(verb: str, title: str) -> None:
    """Called where a command is declared, so that the record can be searched in the words people see."""
    if title:
        _titles[verb] = title


def verb_titles() -> list[tuple[str, str]]:
    return sorted(_titles.items(), key=lambda known: known[1])
