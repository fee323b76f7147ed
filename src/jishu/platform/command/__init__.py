"""The one way to change data: permission, transaction, lock, rules, audit."""

from .command import claim, command, touched

__all__ = ["claim", "command", "touched"]
