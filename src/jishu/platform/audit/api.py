"""The front door: record, read back, seal, prove, verify."""

from .chain import canonical, sm3
from .exporting import Chosen, export, export_head
from .heads import SignedHead
from .models import Chain, Entry, Head
from .proving import Inclusion, consistency, inclusion, leaf_of
from .record import Change, Doer, Through, record, record_read
from .sealing import Sealed, last_head, seal, tree_size
from .selectors import entries_about, entries_visible_to, heads_visible_to, readings_of, verbs_about
from .verbs import name_verb
from .verifying import Flaw, Verdict, verify
from .wording import told

__all__ = [
    "Chain", "Change", "Chosen", "Doer", "Entry", "Flaw", "Head", "Inclusion", "Sealed", "SignedHead", "Through",
    "Verdict", "canonical", "consistency", "entries_about", "entries_visible_to", "export", "export_head",
    "heads_visible_to", "inclusion", "last_head", "leaf_of", "name_verb", "readings_of", "record", "record_read",
    "seal", "sm3", "told", "tree_size", "verbs_about", "verify",
]  # fmt: skip
