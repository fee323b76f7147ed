"""The front door."""

from jishu.platform.identity.api import NamedField

from .addresses import address_of
from .choosing import number_of, page_open_to, suggested
from .derived import field_of, fields_of
from .errors import answer, bad_request, not_found, problem, refused, server_error
from .forms import ContractForm, MoneyField, build_with, form_for
from .page import open_page, page, settling_page
from .paging import Slice, slice_of
from .tables import MOST_ROWS, TableWidget, rows_in

__all__ = [
    "MOST_ROWS",
    "ContractForm",
    "MoneyField",
    "NamedField",
    "Slice",
    "TableWidget",
    "address_of",
    "answer",
    "bad_request",
    "build_with",
    "field_of",
    "fields_of",
    "form_for",
    "not_found",
    "number_of",
    "open_page",
    "page",
    "page_open_to",
    "problem",
    "refused",
    "rows_in",
    "server_error",
    "settling_page",
    "slice_of",
    "suggested",
]
