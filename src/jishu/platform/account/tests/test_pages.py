"""The pages of one's account, as people meet them."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from jishu.platform.audit.api import Entry
from jishu.platform.identity.api import Account, ApiToken, Policy, Session
from jishu.platform.identity.tests.makers import PASSWORD, grant, make_account, make_person, make_unit
from jishu.platform.lib.clock import frozen, now, today

pytestmark = pytest.mark.django_db
PAGES = ("safety", "events", "password", "factor", "devices", "api_tokens")
GOOD = "Hu3-Yun-Xie"


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def account(unit):
    return make_account(make_person(unit, "李建国"), "lijianguo", factor=False)


def sign_in(client, username="lijianguo", password=PASSWORD, to="/"):
    return client.post("/login/", {"username": username, "password": password, "next": to})


def scan(answer) -> str:
    found = re.search(r"data-factor-key>([A-Z2-7 ]+)<", answer.content.decode())
    assert found, "the page offers no key"
    return found[1].replace(" ", "")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(client, account, page):
    client.force_login(account)

    assert client.get(reverse(f"account:{page}")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("factor", [True, False])
def test_every_form_carries_the_word_of_the_page(client, unit, page, factor):
    client.force_login(make_account(make_person(unit), factor=factor))

    text = client.get(reverse(f"account:{page}")).content.decode()

    assert text.count("<form") - text.count('role="search"') <= text.count("csrfmiddlewaretoken")


def test_an_administrator_enrols_before_anything_else_and_is_led_back(client, account, unit):
    grant(account.person, "identity.audit", unit)
    assert sign_in(client, to="/audit/entry/")["Location"] == "/audit/entry/"

    for address in ("/", "/audit/entry/", "/me/", "/account/devices/"):
        assert client.get(address)["Location"].startswith("/account/factor/"), address
    assert client.get("/api/v1/audit/entry/").status_code == 403
    asked = client.get("/audit/entry/")["Location"]
    page = client.get(asked)
    assert "<svg" in page.content.decode()
    code = pyotp.TOTP(scan(page)).at(now())

    assert client.post(asked, {"code": code, "old": "wrong"}).status_code == 422
    done = client.post(asked, {"code": code, "old": PASSWORD})

    assert done.content.decode().count('<li class="code">') == 10
    assert done.context["onwards"] == "/audit/entry/"
    assert client.get("/audit/entry/").status_code == 200


def test_a_second_step_is_asked_for_and_cannot_be_skipped(client, account):
    client.force_login(account)
    key = scan(client.get("/account/factor/"))
    client.post("/account/factor/", {"code": pyotp.TOTP(key).at(now()), "old": PASSWORD})
    fresh = Client()

    with frozen(now() + timedelta(minutes=2)):
        assert sign_in(fresh, to="/hall/")["Location"] == "/login/?next=%2Fhall%2F"
        assert fresh.get("/hall/").status_code == 302
        assert fresh.post("/login/", {"code": "123456", "next": "/hall/"}).status_code == 422
        answer = fresh.post("/login/", {"code": pyotp.TOTP(key).at(now()), "next": "/hall/"})
        assert answer["Location"] == "/hall/"
        assert fresh.get("/hall/").status_code == 200


def test_the_first_step_is_forgotten_after_a_while(client, account):
    client.force_login(account)
    key = scan(client.get("/account/factor/"))
    client.post("/account/factor/", {"code": pyotp.TOTP(key).at(now()), "old": PASSWORD})
    fresh = Client()
    sign_in(fresh)

    with frozen(now() + timedelta(minutes=6)):
        assert fresh.post("/login/", {"code": pyotp.TOTP(key).at(now())}).status_code == 422
        assert "密码" in fresh.get("/login/").content.decode()


def test_who_was_given_a_password_sets_the_own_first_and_is_led_back(client, account):
    Account.objects.update(must_change=True)
    sign_in(client)
    asked = client.get("/hall/")["Location"]
    assert asked == "/account/password/?next=%2Fhall%2F"
    assert "初始密码" in client.get(asked).content.decode()

    answer = client.post(asked, {"old": PASSWORD, "new": GOOD, "again": GOOD})

    assert answer["Location"] == "/hall/"
    assert client.get("/hall/").status_code == 200


def test_a_password_too_old_is_changed_first(client, account):
    with frozen(now() + timedelta(days=181)):
        sign_in(client)
        assert client.get("/").headers["Location"].startswith("/account/password/")


def test_a_part_of_a_page_is_not_filled_with_what_is_due(client, account):
    Account.objects.update(must_change=True)
    client.force_login(account)

    assert client.get("/search/", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/account/password/")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"old": "wrong", "new": GOOD, "again": GOOD}, "old"),
        ({"old": PASSWORD, "new": GOOD, "again": "another"}, "again"),
        ({"old": PASSWORD, "new": "12345678901", "again": "12345678901"}, "new"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "new"),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained_at_its_field(client, account, typed, field):
    client.force_login(account)

    answer = client.post(reverse("account:password"), typed)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_changing_the_password_ends_the_other_sessions_only(client, account):
    other = Client()
    sign_in(other)
    sign_in(client)

    client.post(reverse("account:password"), {"old": PASSWORD, "new": GOOD, "again": GOOD})

    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_this_browser_is_marked_among_ones_devices(client, account):
    other = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604"})
    sign_in(other)
    sign_in(client)

    page = client.get(reverse("account:devices")).content.decode()

    assert page.count("（本机）") == 1
    assert "Safari · iPhone" in page
    client.post(reverse("account:end_device", args=[other.session.uid]))
    assert other.get("/me/").status_code == 302
    assert client.post(reverse("account:devices")).status_code == 302
    assert Session.objects.filter(account=account).count() == 1


def test_a_token_is_shown_once(client, account):
    client.force_login(account)
    typed = {"name": "同步", "permissions": ["identity.view_unit"], "days": "90", "old": PASSWORD}

    answer = client.post(reverse("account:api_tokens"), typed)

    secret = re.search(r"data-token>(jishu_[\w-]+)<", answer.content.decode())[1]
    assert Client().get("/api/v1/identity/unit/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    again = client.get(reverse("account:api_tokens")).content.decode()
    assert secret not in again
    assert ApiToken.objects.get().hint in again
    assert secret not in str(list(Entry.objects.values_list("changes", "summary")))
    client.post(reverse("account:revoke_token", args=[ApiToken.objects.get().uid]))
    assert Client().get("/api/v1/identity/unit/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_token_is_not_made_without_the_password(client, account):
    client.force_login(account)
    typed = {"name": "同步", "permissions": ["identity.view_unit"], "days": "90", "old": "wrong"}

    assert client.post(reverse("account:api_tokens"), typed).status_code == 422
    assert not ApiToken.objects.exists()


def test_recovery_codes_are_renewed_for_a_code(client, account):
    client.force_login(account)
    key = scan(client.get("/account/factor/"))
    first = client.post("/account/factor/", {"code": pyotp.TOTP(key).at(now()), "old": PASSWORD}).context["codes"]

    assert client.post(reverse("account:recovery_codes"), {"code": "000000"})["Location"] == "/account/factor/"
    second = client.post(reverse("account:recovery_codes"), {"code": first[0]}).context["codes"]

    assert not set(first) & set(second)
    assert client.post(reverse("account:give_up"), {"code": second[0]}).status_code == 302
    account.refresh_from_db()
    assert account.factor_since is None


def test_the_policy_is_laid_down_by_the_keeper_of_secrets_and_read_by_the_auditor(client, unit):
    keeper, auditor = make_account(make_person(unit)), make_account(make_person(unit))
    grant(keeper.person, "identity.security", unit)
    grant(auditor.person, "identity.audit", unit)
    address = reverse("account:account_policy")
    client.force_login(keeper)
    form = client.get(address).context["form"]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}

    assert client.post(address, typed | {"reason": "收紧", "idle_minutes": 1}).status_code == 422
    assert client.post(address, typed | {"reason": "收紧", "idle_minutes": 10, "since": today()}).status_code == 302

    assert Policy.objects.get().idle_minutes == 10
    client.force_login(auditor)
    assert "收紧" in client.get(address).content.decode()
    assert client.post(address, typed | {"reason": "放宽"}).status_code == 403


def test_the_history_is_ones_own(client, account, unit):
    stranger = make_account(make_person(unit), "wang", factor=False)
    sign_in(Client(headers={"User-Agent": "Foreign Firefox/1"}), "wang")
    sign_in(client)

    assert "Firefox" not in client.get(reverse("account:events")).content.decode()
    assert stranger.person.security_events.count() == 1
