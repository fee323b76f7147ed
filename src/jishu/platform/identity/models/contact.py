"""How a person is reached. The numbers are personal data (L3): sealed at rest, and whoever reads them is on record."""

from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast, Concat

from jishu.platform.lib.identifiers import mask_phone
from jishu.platform.lib.records import Record
from jishu.platform.lib.sealed import Cell, seal, unseal

_CARRIED = "import of people"


class _Opened(models.TextField):  # type: ignore[type-arg]  # not generic at run time
    """``uid:hex`` of the sealed number, opened as each row is read."""

    def from_db_value(self, value: str, expression: Any, connection: Any) -> str | None:
        key, _, hidden = value.partition(":")
        if not hidden:
            return None
        return unseal(bytes.fromhex(hidden), Cell(Contact._meta.db_table, "sealed", UUID(key))).decode()


class Contact(Record):
    """Bears the ``uid`` of its person, so that what was changed or read here is told with the person."""

    person = models.OneToOneField(
        "identity.Person", on_delete=models.PROTECT, related_name="contact", verbose_name="人员"
    )
    masked = models.CharField("手机号码（部分）", max_length=20, blank=True)
    sealed = models.BinaryField("手机号码", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "联系方式"

    def __str__(self) -> str:
        return f"{self.person}的联系方式"

    def keep(self, mobile: str) -> None:
        """An empty number is forgotten."""
        self.masked = mask_phone(mobile)
        self.sealed = seal(mobile, Cell.of(self, "sealed")) if mobile else None


def opened() -> Concat:
    """The number in full, for a query of contacts."""
    hidden = Func(F("sealed"), Value("hex"), function="encode", output_field=models.TextField())
    return Concat(Cast("uid", models.TextField()), Value(":"), hidden, output_field=_Opened())


def carried(mobile: str) -> str:
    """A number sealed for a row of an import, which waits in the open until it is confirmed."""
    key = uuid4()
    return f"{key}:{seal(mobile, Cell(_CARRIED, 'mobile', key)).hex()}"


def delivered(text: str) -> str:
    key, _, hidden = text.partition(":")
    return unseal(bytes.fromhex(hidden), Cell(_CARRIED, "mobile", UUID(key))).decode()
