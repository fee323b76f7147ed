"""A file on its way in: counted, recognised, looked into, refused when it bears a 密级 mark. Nothing is kept yet."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jishu.platform.command import command
from jishu.platform.identity.api import Actor, Unit, holders_of
from jishu.platform.lib.errors import DomainError
from jishu.platform.notify.api import tell

from .inspection import bounded
from .inspection.formats import FORMATS, LARGEST, PROGRAMS, Format
from .inspection.marks import mark_in_name
from .inspection.refusals import Program, TooLarge
from .models import Incident
from .names import clean_name, contradiction, fitting, split_name
from .store import Incoming, received

ADD = "archive.add_document"
SECURITY = "identity.security"


class BearsAMark(DomainError):
    """文件带有国家秘密标志，不得在非涉密系统中处理。"""

    @classmethod
    def saying(cls, mark: str) -> "BearsAMark":
        return cls(
            f"文件带有“{mark}”标志。本平台是非涉密系统，禁止存储、处理国家秘密。文件没有保存，已告知安全保密管理员。"
            "请立即按保密规定处理该文件：不要再次上传或转发，并与本单位保密机构联系；标志有误的，改正后再上传。",
            field="file",
        )


@dataclass(frozen=True)
class Checked:
    """A whole file that may be kept, under the name it shall have."""

    incoming: Incoming
    name: str
    format: Format
    pages: int
    note: str


@contextmanager
def checked(actor: Actor, chunks: Iterable[bytes], name: str, largest: int = LARGEST) -> Iterator[Checked]:
    """Must not run inside a transaction: the record of a refused mark has to stay when the upload does not."""
    cleaned = clean_name(name)
    if mark := mark_in_name(name):
        _refuse(actor, mark, Incident.Place.NAME, "")
    ending = split_name(cleaned)[1]
    if ending in PROGRAMS:
        raise Program(field="file")
    with received(chunks, largest) as incoming:
        found = bounded.examine(incoming.file, ending)
        if found.mark:
            _refuse(actor, found.mark, Incident.Place.TEXT, incoming.digest)
        format_ = FORMATS[found.format]
        if incoming.size > format_.largest:
            raise TooLarge(f"{format_.title}不能超过 {format_.largest >> 20} MB，请压缩或拆分后再上传。", field="file")
        note = contradiction(cleaned, format_)
        yield Checked(incoming, fitting(cleaned, format_), format_, found.pages, note)


def _refuse(actor: Actor, mark: str, place: Incident.Place, digest: str) -> None:
    report_incident(actor, unit=actor.own_agency, mark=mark, place=place, digest=digest)
    raise BearsAMark.saying(mark)


@command(ADD, audited_as="incident.reported", titled="拦截涉密标志文件")
def report_incident(actor: Actor, *, unit: Unit, mark: str, place: Incident.Place, digest: str) -> Incident:
    """Put on record that a mark was met, and tell whoever answers for secrets in the unit. Its name is not kept."""
    incident = Incident.objects.create(person=actor.person, unit=unit, mark=mark, place=place, digest=digest)
    tell(
        holders_of(SECURITY, unit),
        title=f"拦截到带“{mark}”标志的文件，请核实处置",
        body=f"{actor.name}（{unit.short_name}）上传的文件{place.label}带有“{mark}”标志，文件没有保存。",
        link=f"/archive/incident/{incident.uid}/",
    )
    return incident
