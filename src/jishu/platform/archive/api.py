"""The front door: keep files, hang them on records, show them, find them."""

from .annexing import Annexes, StillChecked, annexes_of, take_along, with_annexes
from .fields import TakenIn, file_fields, keys_in, take_in
from .finding import Hit, Piece, documents_about, snippets
from .models import Document
from .panels import files_panel, upload_control
from .selectors import documents_visible_to, files_of
from .services import attach, remove_document, store_document
from .subjects import SubjectKind, has_files, register_subject

__all__ = [
    "Annexes",
    "Document",
    "Hit",
    "Piece",
    "StillChecked",
    "SubjectKind",
    "TakenIn",
    "annexes_of",
    "attach",
    "documents_about",
    "documents_visible_to",
    "file_fields",
    "files_of",
    "files_panel",
    "has_files",
    "keys_in",
    "register_subject",
    "remove_document",
    "snippets",
    "store_document",
    "take_along",
    "take_in",
    "upload_control",
    "with_annexes",
]
