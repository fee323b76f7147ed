"""No address is reachable without a guard, whoever wrote the view."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from jishu.platform.contract import contracts, resources, to_json

from .conftest import RESOURCES

PAGES = [pytest.param(one, page, id=f"{one.code}:{page.name}") for one in contracts() for page in one.pages]

# Whoever has not signed in may come here, and why.
OPEN = {
    "healthz": "The supervisor and load balancers ask it.",
    "metrics": "Prometheus asks it with a word of its own; others find nothing.",
    "login/": "Nobody is signed in yet.",
    "logout/": "Signing out twice does no harm.",
    "verify/": "Whoever holds a printed dossier may ask whether it is genuine.",
    "verify/<str:code>/": "The code is the key; number, item, state and time are told, nothing about people.",
    "me/size/": "Large letters are wanted before signing in, too.",
}


def addresses(patterns, prefix: str = ""):
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        else:
            yield from addresses(pattern.url_patterns, address)


def test_every_address_is_guarded():
    unguarded = [
        address
        for address, view in addresses(get_resolver().url_patterns)
        if getattr(view, "permission", None) is None and address not in OPEN and not address.startswith("api/v1/")
    ]

    assert not unguarded


@pytest.mark.django_db
def test_every_address_sends_a_stranger_to_sign_in(client):
    """Also those of the API, which its own library guards."""
    for address, _ in addresses(get_resolver().url_patterns):
        if address in OPEN or "<" in address:
            continue
        answer = client.get(f"/{address}")
        assert answer.status_code in (302, 401, 405, 404), address
        assert answer.status_code != 302 or answer["Location"].startswith("/login/"), address
        assert answer.status_code != 404 or address.startswith("api/v1/"), address


@pytest.mark.django_db
@pytest.mark.parametrize(("contract", "page"), PAGES)
def test_pages_refuse_who_may_nothing(client, visitor, contract, page):
    if not page.permission:
        pytest.skip("open to every signed-in person, who sees their own things")
    client.force_login(visitor.person.account)

    assert client.get(reverse(f"{contract.code}:{page.name}")).status_code in (403, 405)


def test_a_contract_speaks_for_the_package_of_its_name():
    """Addresses, permissions and audit entries all begin with the same word."""
    assert not [
        (contract.code, one.key) for contract in contracts() for one in contract.resources if one.app != contract.code
    ]


def test_every_contract_has_a_json_form():
    for contract in contracts():
        assert to_json(contract)["code"] == contract.code


def test_few_promises_are_excused():
    """When more than one in ten is, the promise is wrong."""
    excused = sum(len(one.exempt) for one in resources())
    assert excused <= max(2, len(RESOURCES))


@pytest.mark.django_db
def test_the_manual_of_the_data_interface_names_every_resource(client, staff):
    client.force_login(staff.person.account)

    page = client.get(reverse("api:openapi-view")).content.decode()

    assert not [one.key for one in resources() if f"/api/v1/{one.app}/{one.name}/" not in page]
