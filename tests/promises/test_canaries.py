"""Two units side by side: no word of the one is anywhere the other may look, whatever offices they hold there."""

import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q
from django.urls import get_resolver, resolve, reverse

from jishu.apps.asset.models import Card
from jishu.apps.asset.requisition import ITEM
from jishu.platform.contract import Resource, event_types, resources, roles
from jishu.platform.identity.api import ADMINISTRATORS, Actor, Unit
from jishu.platform.identity.tests.makers import make_unit
from jishu.platform.notify.models import Message
from jishu.platform.resource import writing_out
from jishu.platform.resource.choosing import offered_cells
from jishu.platform.resource.models import BulkJob, ExportJob, ImportJob
from jishu.platform.resource.narrowing import Ask, questions_of
from jishu.platform.workflow.models import DesignedItem
from tests.cast import hire, signed_in

from .canary import CANARY, PARTS, carry_on, is_of_units, seed
from .conftest import api_url, make, url

pytestmark = pytest.mark.django_db
# The three administrators exclude one another; whoever is none of them is everything else at once.
OFFICES = ("everything else", *sorted(ADMINISTRATORS))
JOBS = {"export": ExportJob, "import": ImportJob, "bulk": BulkJob}
DEEDS = (
    "act",
    "amend",
    "discard",
    "design",
    "revoke_proxy",
    "decide",
    "session_end",
    "revoke_token",
)  # GET is a page, too
OWNERS = {"files": "archive"}  # addresses whose namespace is not the name of their system
AUDITOR = "identity.audit"
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TAG = re.compile(r"</?(?:mark|b|em|span)\b[^>]*>")
WORDS = re.compile(f"{CANARY}|{re.escape(CANARY.encode('unicode_escape').decode())}")


class Stranger:
    """Somebody of the other unit, who looks at whatever comes back for words and keys that are not theirs."""

    def __init__(self, client, actor: Actor, office: str, foreign: dict[str, list[UUID]]) -> None:
        self.browser = signed_in(client, actor)
        self.actor = actor
        self.office = office
        self.keys = {str(uid) for uids in foreign.values() for uid in uids}
        self.opened = 0

    def may_open(self, address: str) -> bool:
        """Else it is refused before anything is looked up, as the promises about pages say."""
        if self.office == AUDITOR and address.startswith(("/audit/", "/oversight/")):
            return False  # the record of the deeds of all units is the auditor's to read
        permission = getattr(resolve(address).func, "permission", "")
        return not permission or self.actor.may(permission)

    def get(self, address: str, **asked):
        return self.read(self.browser.get(address, asked))

    def post(self, address: str, sent: dict, **more):
        return self.read(self.browser.post(address, sent, **more), sent)

    def read(self, answer, sent=""):
        address = unquote(answer.wsgi_request.get_full_path())
        said = _said(answer)
        found = [said[max(at.start() - 90, 0) : at.end() + 30] for at in WORDS.finditer(said)]
        assert not found, (self.office, answer.status_code, address, found[0])
        found = set(UID.findall(said)) & self.keys - {*UID.findall(f"{address} {sent}")}
        assert not found, (self.office, answer.status_code, address, found)
        self.opened += answer.status_code == 200
        return answer


@pytest.fixture(scope="module")
def sides(django_db_setup, django_db_blocker):
    """Someone of the unit whose every word is a canary, the keys there, and the unit beside it. Made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        district = make_unit("试验区", kind=Unit.Kind.REGION)
        someone = seed(make, make_unit("档案事务局", parent=district))
        district.save()  # it is above both
        foreign = _keys(district)
        beside = make_unit("水文勘测局", parent=district)
        for resource in resources():
            make(resource, beside)
        carry_on(someone)
        yield someone, foreign, beside
        transaction.set_rollback(True)


@pytest.fixture(params=OFFICES)
def stranger(request, db, client, sides) -> Stranger:
    _, foreign, beside = sides
    office = request.param
    others = [one.code for one in roles() if not one.everyone and one.code not in ADMINISTRATORS]
    held = [office] if office in ADMINISTRATORS else others
    return Stranger(client, hire("邻居", beside, *held), office, foreign)


@pytest.fixture
def foreign(sides) -> dict[str, list[UUID]]:
    return sides[1]


def test_the_canaries_sing_at_home(client, sides):
    """Else the other tests look for words that are nowhere."""
    browser = signed_in(client, sides[0])

    silent = [
        address
        for address in ("/", "/todo/", "/cases/mine/", "/messages/", "/designs/", "/asset/card/", "/archive/document/",
                        f"/search/?q={PARTS[1]}", f"/archive/find/?q={PARTS[1]}", "/proxies/")
        if CANARY not in _said(browser.get(address))
    ]  # fmt: skip

    assert not silent


def test_nobody_is_told_of_what_another_unit_does(db, sides):
    told = Message.objects.filter(Q(title__contains=CANARY) | Q(body__contains=CANARY))

    assert told.exists()
    assert not told.filter(person__appointments__unit__path__startswith=sides[2].path).exists()


def test_no_page_no_list_no_search_and_no_answer_of_the_interface_says_a_foreign_word(stranger):
    for address in filter(stranger.may_open, _plain_addresses()):
        stranger.get(address)
    for resource in resources():
        if stranger.may_open(url(resource, "list")):
            _ask_everything(stranger, resource)
    for part in PARTS:
        for address in ("/search/", "/archive/find/"):
            stranger.get(address, q=part)
    for stream in {system for system, _ in event_types()}:
        stranger.get("/api/v1/events/", stream=stream)
    assert stranger.opened > 30


def test_no_address_with_a_foreign_key_says_a_foreign_word(stranger, foreign):
    for address in filter(stranger.may_open, _keyed_addresses(foreign)):
        answer = stranger.get(address)
        assert answer.status_code in (302, 403, 404, 405, 410), (stranger.office, address, answer.status_code)
        if stranger.office == OFFICES[0] and (answer.status_code == 405 or resolve(address).url_name in DEEDS):
            stranger.post(address, {"do": "delete", "opinion": "好", "revision": "1"})


@pytest.mark.parametrize("stranger", OFFICES[:1], indirect=True)
def test_no_file_taken_away_holds_a_foreign_word(stranger, monkeypatch):
    monkeypatch.setattr("jishu.platform.resource.pages.take_away.AT_ONCE", 1)
    for resource in resources():
        for form in ("csv", "xlsx"):
            stranger.post(url(resource, "export"), {"form": form})
    jobs = ExportJob.objects.filter(person=stranger.actor.person)
    for job in jobs:
        writing_out.write_out(job.pk)
    assert jobs.filter(state="done").count() == jobs.count() > 0
    for job in jobs:
        system, name = job.resource.split(".")
        stranger.get(reverse(f"{system}:{name}-export-file", kwargs={"uid": job.uid}))


@pytest.mark.parametrize("stranger", OFFICES[:1], indirect=True)
def test_no_form_names_what_a_foreign_key_stands_for(stranger, foreign):
    """Keys of another unit are sent in every field; refusing them says no more than that there is no such thing."""
    for resource in resources():
        for key in {uids[0] for name, uids in foreign.items() if name in ("Unit", "Person", "Card", "Category")}:
            fields = resource.form.base_fields if resource.form else {}
            sent = {"_key": str(key), "row": [str(key)], **dict.fromkeys(fields, str(key))}
            if fields and resource.create:
                stranger.post(url(resource, "add"), sent)
                stranger.post(api_url(resource), sent, content_type="application/json")
            for action in resource.bulk:
                stranger.post(url(resource, f"bulk-{action.name}"), {**sent, "do": "check"})


@pytest.mark.parametrize("stranger", OFFICES[:1], indirect=True)
def test_no_ledger_brought_in_is_answered_with_a_foreign_word(stranger, foreign):
    """A row that names a person or unit of the others is told that there is none, by no more than what it said."""
    number = Card.objects.get(uid=foreign["Card"][0]).number
    ledger = f"资产编号，资产名称，单位\n{number}，电脑，{PARTS[1]}\n".encode()
    for mode in ("add", "amend"):
        file = SimpleUploadedFile("台账.csv", ledger, "text/csv")
        stranger.post("/asset/card/import/", {"file": file, "mode": mode})


@pytest.mark.parametrize("stranger", OFFICES[:1], indirect=True)
def test_a_bug_while_foreign_rows_are_at_hand_tells_nothing(stranger, foreign, monkeypatch):
    def broken(*told, **more):
        raise RuntimeError(f"{CANARY} {foreign['Card'][0]}")

    stranger.browser.raise_request_exception = False
    for place in (
        "resource.pages.browse.listing",
        "resource.rest.showing.listing",
        "portal.views.search.everything_about",
    ):
        monkeypatch.setattr(f"jishu.platform.{place}", broken)
    for address in ("/asset/card/", "/api/v1/asset/card/", "/search/?q=1"):
        assert stranger.get(address).status_code == 500


def _said(answer) -> str:
    """What came back as text: the head, and the body without the marks of a hit; a workbook as its parts."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        parts = ZipFile(BytesIO(body))
        body = b" ".join(parts.read(name) for name in parts.namelist())
    head = unquote(" ".join(f"{name}: {value}" for name, value in answer.items()))
    return TAG.sub("", f"{head} {body.decode(errors='replace')}")


def _keys(above: Unit) -> dict[str, list[UUID]]:
    """Those of the rows there are, by the name of their model, except for what all units share."""
    return {
        model.__name__: list(model._base_manager.exclude(uid=above.uid).values_list("uid", flat=True))
        for model in apps.get_models()
        if is_of_units(model) and any(one.name == "uid" for one in model._meta.concrete_fields)
    }


def _addresses() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Namespace, name and the names of the keys in it, of every address."""
    for space, (_, resolver) in {**get_resolver().namespace_dict}.items():
        for name, ways in resolver.reverse_dict.lists():
            if isinstance(name, str):
                for way in ways:
                    yield space, name, tuple(way[0][0][1])


def _plain_addresses() -> set[str]:
    return {reverse(f"{space}:{name}") for space, name, keys in _addresses() if not keys and name != "logout"}


def _keyed_addresses(foreign: dict[str, list[UUID]]) -> Iterator[str]:
    codes = [*DesignedItem.objects.values_list("code", flat=True), ITEM.code]
    for space, name, keys in _addresses():
        for uid in _likely(space, name, foreign) if {"uid", "unit"} & {*keys} else ():
            for code in codes if "code" in keys else ("",):
                unit = foreign["Unit"][0] if "uid" in keys else uid
                known = {"uid": uid, "unit": unit, "amendment": uid, "code": code, "place": "new", "page": 1}
                yield reverse(f"{space}:{name}", kwargs={key: known[key] for key in keys if key in known})


def _likely(space: str, name: str, foreign: dict[str, list[UUID]]) -> Iterator[UUID]:
    """Rows the address could be about: of its resource, of the work with its list, or else of the same system."""
    about = {one for key, one in JOBS.items() if f"-{key}" in name}
    about |= {one.model for one in resources() if not about and one.app == space and name.startswith(f"{one.name}-")}
    system = OWNERS.get(space, space)
    about |= {one for one in apps.get_models() if not about and one._meta.app_label == system}
    for model in sorted(about, key=lambda one: one.__name__):
        yield from foreign.get(model.__name__, ())[:1]
    if "flow" in name or "bpmn" in name:
        yield foreign["Unit"][0]


def _ask_everything(stranger: Stranger, resource: Resource) -> None:
    list_ = url(resource, "list")
    for part in PARTS[1:]:
        stranger.get(list_, q=part)
    stranger.get(list_, columns=",".join(cell.key for cell in offered_cells(resource)))
    stranger.get(url(resource, "print"))
    stranger.get(api_url(resource), limit=200)
    for question in questions_of(resource):
        for parameter in question.parameters:
            stranger.get(list_, **{parameter: PARTS[1]})
        if question.ask is Ask.NAMED:
            for part in ("", PARTS[1]):
                stranger.get(url(resource, "choices", key=question.key), q=part)
