"""What the operator can put right; shown as one sentence, never as a traceback."""

from inspect import cleandoc


class Problem(Exception):
    """The docstring of a subclass is its message; `{names}` in it are filled from the arguments."""

    def __init__(self, **facts: object) -> None:
        self.message = cleandoc(type(self).__doc__ or "").format(**facts)
        super().__init__(self.message)
