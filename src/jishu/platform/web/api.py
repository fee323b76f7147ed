"""The front door."""

from .derived import field_of, fields_of
from .errors import answer, bad_request, not_found, refused, server_error
from .forms import ContractForm, MoneyField, NamedField, build_with, form_for
from .page import open_page, page, settling_page
from .paging import Slice, slice_of

__all__ = [
    "ContractForm",
    "MoneyField",
    "NamedField",
    "Slice",
    "answer",
    "bad_request",
    "build_with",
    "field_of",
    "fields_of",
    "form_for",
    "not_found",
    "open_page",
    "page",
    "refused",
    "server_error",
    "settling_page",
    "slice_of",
]
