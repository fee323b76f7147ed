"""Files of records and of cases: whoever may see the one sees the other, and nobody else."""

from io import BytesIO
from urllib.parse import unquote

import pytest

from jishu.apps.asset.tests.makers import make_card
from jishu.platform.archive import selectors, services
from jishu.platform.archive.models import Document, Usage
from jishu.platform.archive.tests.makers import pdf, store, text
from jishu.platform.contract import resource
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_unit
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.resource.api import address
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(bureau):
    return make_card(bureau)


def attached(actor, card, content: bytes | None = None) -> Document:
    waiting = store(actor, content, file_now=False)
    return services.attach_to(actor, documents=[waiting.uid], kind="asset.card", subject=card.uid)[0]


def test_the_files_of_a_card_follow_the_card(keeper, staff, rival, card):
    document = attached(keeper, card)

    assert selectors.openable_by(keeper, document.uid) == document
    for other in (staff, rival):
        with pytest.raises(Missing):
            selectors.openable_by(other, document.uid)


def test_only_who_maintains_a_card_adds_files_to_it(staff, rival, keeper, card):
    for actor, refusal in ((staff, (Missing, Refused)), (rival, Missing)):
        waiting = store(actor, file_now=False)
        with pytest.raises(refusal):
            services.attach_to(actor, documents=[waiting.uid], kind="asset.card", subject=card.uid)
    assert not Document.objects.exclude(subject_kind="").exists()


def test_nobody_hangs_up_what_another_brought_or_what_hangs_elsewhere(keeper, clerk, bureau, card):
    theirs = store(clerk, file_now=False)
    mine = attached(keeper, card)

    with pytest.raises(Missing):
        services.attach_to(keeper, documents=[theirs.uid], kind="asset.card", subject=card.uid)
    with pytest.raises(services.Elsewhere):
        services.attach_to(keeper, documents=[mine.uid], kind="asset.card", subject=make_card(bureau).uid)


def test_nothing_hangs_on_what_has_no_files(keeper):
    waiting = store(keeper, file_now=False)

    for kind in ("audit.entry", "archive.document", "no.such", ""):
        with pytest.raises(Missing):
            services.attach_to(keeper, documents=[waiting.uid], kind=kind, subject=waiting.uid)


def test_the_room_moves_with_the_file(bureau, district, card):
    upper = make_unit("区本级", parent=district)
    both = hire("管全区", upper)
    grant(both.person, "asset.keeper", district)
    document = attached(actor_for(both.person), card, text("三个字"))

    assert document.unit == bureau
    assert dict(Usage.objects.values_list("unit__name", "used")) == {"区本级": 0, "档案事务局": len(text("三个字"))}


def test_the_card_page_has_a_place_for_files(client, keeper, card):
    browser = signed_in(client, keeper)
    page = address(resource("asset.card"), "detail", uid=card.uid) + "?tab=文件"

    empty = browser.get(page).content.decode()
    sent = {"kind": "asset.card", "subject": card.uid, "next": page, "files__new": _named(pdf(1), "照片.pdf")}
    answer = browser.post("/files/attach/", sent)

    assert "还没有文件" in empty
    assert unquote(answer["Location"]) == page
    assert "照片.pdf" in browser.get(page).content.decode()
    elsewhere = browser.post(
        "/files/attach/", sent | {"next": "https://example.org/", "files__new": _named(text(), "a.txt")}
    )
    assert elsewhere["Location"] == "/"


def _named(content: bytes, name: str):
    held = BytesIO(content)
    held.name = name
    return held
