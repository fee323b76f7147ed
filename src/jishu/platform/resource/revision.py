"""What tells one state of a record from the next: the one function that pages, the API and imports compare by."""

from django.db.models import Model
from django.utils.crypto import constant_time_compare, salted_hmac

from jishu.platform.lib.errors import Conflict


class ChangedMeanwhile(Conflict):
    """他人刚刚修改了这条记录,您的修改还没有保存。请到“历史”核对后,再次点击保存。"""


def revision_of(row: Model) -> str:
    """Changes whenever a stored value does. Of a row as read from the database, not as assigned to."""
    stored = [
        (field.attname, getattr(row, field.attname)) for field in row._meta.concrete_fields if not field.generated
    ]
    return salted_hmac("jishu.resource.revision", repr(stored)).hexdigest()[:32]


def or_changed(row: Model, revision: str) -> None:
    """ChangedMeanwhile when ``row``, held under its lock, is no longer what the person saw."""
    if not constant_time_compare(revision, revision_of(row)):
        raise ChangedMeanwhile
