"""Whatever stands in a field, on a page it is text: nothing that people typed becomes markup anywhere."""

import io
import zipfile

import pytest
from django.db import DatabaseError, models, transaction
from django.urls import NoReverseMatch, get_resolver, reverse

from jishu.platform.contract import Resource
from jishu.platform.notify.api import tell
from jishu.platform.resource.cells import cells_of
from tests.cast import hire, hold, signed_in

from .conftest import NAMED, make, may

pytestmark = pytest.mark.django_db
MARK = "<xss"
PAYLOAD = "<xss a>\"'></td></script><xss onerror=x>"
TABS = ("", "概况", "历史")


@pytest.mark.parametrize("resource", NAMED)
def test_no_field_becomes_markup_on_any_page_of_its_resource(resource: Resource, client, clerk, bureau):
    services = [one for one in (resource.create, resource.update) if one]
    actor = hold(may(clerk, resource), [one.permission for one in services])
    row = make(resource, bureau)
    armed = _arm(resource, row)
    browser = signed_in(client, actor)
    row.refresh_from_db()

    opened = 0
    for address in _pages(resource, row):
        for tab in (*TABS, *resource.panels):
            answer = browser.get(address, {"tab": tab} if tab else {})
            if answer.streaming:
                answer.getvalue()  # to its end, where the client closes it but not the connection of the test
            if answer.status_code >= 400 or answer.streaming or "html" not in answer.get("Content-Type", ""):
                continue
            opened += 1
            assert MARK not in answer.content.decode(), (address, tab, armed)
    assert opened >= 2
    for address in (reverse("portal:search"), reverse(f"{resource.app}:{resource.name}-list")):
        assert MARK not in browser.get(address, {"q": PAYLOAD}).content.decode()


@pytest.mark.parametrize("resource", NAMED)
def test_no_field_becomes_markup_or_a_formula_in_a_file(resource: Resource, client, clerk, bureau):
    browser = signed_in(client, may(clerk, resource))
    row = make(resource, bureau)
    _arm(resource, row, "=<xss>&'\"")

    answer = browser.post(reverse(f"{resource.app}:{resource.name}-export"), {"form": "xlsx"})

    sheet = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).read("xl/worksheets/sheet1.xml").decode()
    assert MARK not in sheet
    assert "<f>" not in sheet


def test_no_message_no_name_and_no_address_becomes_markup(client, bureau):
    actor = hire(PAYLOAD, bureau)
    bureau.name = bureau.short_name = PAYLOAD[:30]
    bureau.save()
    tell([actor.person], title=PAYLOAD, body=PAYLOAD, link="/")
    browser = signed_in(client, actor)

    for address in ("/", "/me/", "/messages/", "/todo/", "/search/?q=" + PAYLOAD, "/nothing/" + PAYLOAD, "/hall/"):
        answer = browser.get(address)
        assert answer.status_code in (200, 404), address
        assert MARK not in answer.content.decode(), address
    assert answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def _arm(resource: Resource, row, text: str = PAYLOAD) -> list[str]:
    """Put the payload into every text the row and what it points to may hold.

    Codes (kept in "C" order) are written by the platform; the record of deeds lets nobody change anything.
    """
    armed = []
    for holder in (row, *_named_by(resource, row)):
        for field in holder._meta.concrete_fields:
            is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
            if not is_text or field.db_collation == "C":
                continue
            short = text[: field.max_length] if field.max_length else text
            try:
                with transaction.atomic():
                    type(holder)._default_manager.filter(pk=holder.pk).update(**{field.name: short})
            except DatabaseError:
                continue  # the database itself refuses such a text here
            armed.append(f"{type(holder).__name__}.{field.name}")
    return armed


def _named_by(resource: Resource, row):
    """The records whose words stand in the columns."""
    hops = {cell.path.split("__")[0] for cell in cells_of(resource) if "__" in cell.path}
    return [one for one in (getattr(row, hop, None) for hop in sorted(hops)) if isinstance(one, models.Model)]


def _pages(resource: Resource, row):
    """Every address of the resource that can be opened with nothing but its key, those of tomorrow as well."""
    namespace = get_resolver().namespace_dict[resource.app][1]
    for name in sorted({one for one in namespace.reverse_dict if isinstance(one, str)}):
        if name.startswith(f"{resource.name}-"):
            for key in ({}, {"uid": row.uid}):
                try:
                    yield reverse(f"{resource.app}:{name}", kwargs=key)
                except NoReverseMatch:
                    continue
