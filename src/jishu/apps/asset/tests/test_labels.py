"""Labels: codes that read back, sheets that fit, queues that are each one's own."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument
from tests.cast import signed_in

from jishu.apps.asset.labels import services
from jishu.apps.asset.labels.code128 import PATTERNS, SET_B, SET_C, START_B, START_C, STOP, NotWritable, widths
from jishu.apps.asset.labels.models import LabelOrder
from jishu.apps.asset.labels.sizes import sizes
from jishu.apps.asset.models import Card
from jishu.platform.lib.errors import Refused

from .makers import make_acceptance, make_card, make_category

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)


def read(bars: list[int]) -> str:
    """What a scanner makes of the bars: signs of eleven modules, the check sign, the sets."""
    said = "".join(map(str, bars))
    assert said.endswith(STOP)
    signs = [PATTERNS.index(said[at : at + 6]) for at in range(0, len(said) - len(STOP), 6)]
    *values, check = signs
    assert check == (values[0] + sum(at * value for at, value in enumerate(values[1:], 1))) % 103
    text, pairs = "", values[0] == START_C
    assert values[0] in (START_B, START_C)
    for value in values[1:]:
        if value == (SET_B if pairs else SET_C):
            pairs = not pairs
        else:
            text += f"{value:02d}" if pairs else chr(value + 32)
    return text


@given(PRINTABLE)
def test_what_is_written_in_bars_reads_back(text):
    assert read(widths(text)) == text


def test_every_sign_has_eleven_modules_and_its_own_look():
    assert {sum(map(int, pattern)) for pattern in PATTERNS} == {11}
    assert len(set(PATTERNS)) == len(PATTERNS) == 106
    assert all(sum(map(int, pattern[::2])) % 2 == 0 for pattern in PATTERNS)


def test_digits_go_in_pairs_and_chinese_not_at_all():
    assert len(widths("20260000001234")) < len(widths("ABCDEFGHIJKLMN"))
    with pytest.raises(NotWritable):
        widths("资产001")


def test_every_size_fits_its_page():
    assert len(sizes()) >= 4
    assert [size.code for size in sizes().values() if not size.fits] == []


@pytest.mark.django_db
def test_a_card_waits_once_and_leaves_the_queue_when_printed(client, keeper, staff, bureau, rival_bureau):
    cards = [make_card(bureau) for _ in range(3)]
    foreign = make_card(rival_bureau)
    services.queue_labels(keeper, rows=[*cards, foreign])
    services.queue_labels(keeper, rows=cards[:1])
    browser, address = signed_in(client, keeper), reverse("asset:labels_page")
    assert LabelOrder.objects.count() == 3
    with pytest.raises(Refused):
        services.queue_labels(staff, rows=cards)

    assert browser.post(address, {"do": "print", "size": "a4-24", "skip": "24"}).status_code == 422
    assert browser.post(address, {"do": "print", "size": "none"}).status_code == 422
    answer = browser.post(address, {"do": "print", "size": "a4-24", "skip": "22"})

    assert answer.content.startswith(b"%PDF")
    pdf = PdfDocument(answer.content)
    assert len(pdf) == 2
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert all(card.number in text for card in cards)
    assert not LabelOrder.objects.filter(printed_at=None).exists()
    assert browser.post(address, {"do": "print", "size": "a4-24"}).status_code == 422


@pytest.mark.django_db
def test_the_scan_page_offers_what_fits(client, keeper, staff, bureau):
    idle, used = make_card(bureau), make_card(bureau, state="in_use", user=staff.person)
    scan = reverse("asset:scan")

    page = signed_in(client, keeper).get(scan, {"code": f"http://x.example{scan}?code={idle.number}"}).content.decode()
    assert "资产申领" in page
    assert "加入标签打印" in page
    own = signed_in(client, staff).get(scan, {"code": used.number}).content.decode()
    assert used.name in own
    assert "资产申领" not in own
    assert "加入标签打印" not in own
    assert signed_in(client, staff).get(scan, {"code": idle.number}).status_code == 404


def test_all_that_came_of_a_delivery_is_queued_from_its_page(client, keeper, rival, bureau):
    paper = make_acceptance(bureau)
    category = make_category()
    line = paper.lines.create(category=category, name="台式机", quantity=2, total=Decimal(8000))
    cards = [make_card(bureau, category=category, line=line) for _ in range(2)]
    make_card(bureau)
    wanted, address = {"do": "add", "acceptance": str(paper.uid)}, reverse("asset:labels_page")
    detail = reverse("asset:acceptance-detail", args=[paper.uid])

    assert "打印这批标签" in signed_in(client, keeper).get(detail).content.decode()
    client.post(address, wanted)
    Card.objects.update(state="retired")

    assert set(LabelOrder.objects.values_list("card", flat=True)) == {card.pk for card in cards}
    assert "打印这批标签" not in client.get(detail).content.decode()
    assert client.post(address, wanted).status_code == 404
    assert signed_in(client, rival).post(address, wanted).status_code in (403, 404)
