"""The one way to change data: permission, transaction, lock, rules, audit."""

from .command import claim, claim_all, command, touched

__all__ = ["claim", "claim_all", "command", "touched"]
