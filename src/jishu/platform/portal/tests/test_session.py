"""Signing in and out."""

import pytest
from django.urls import reverse

from jishu.platform.identity.tests.makers import PASSWORD, make_account, make_person, make_unit

pytestmark = pytest.mark.django_db
LOGIN = "/login/"


@pytest.fixture
def account(db):
    return make_account(make_person(make_unit(), "李建国"), "lijianguo", factor=False)


def sign_in(client, username="lijianguo", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def test_a_stranger_is_led_to_the_sign_in_page_and_back(client, account):
    asked = client.get(reverse("portal:hall"))
    assert asked["Location"] == "/login/?next=/hall/"

    answer = sign_in(client, next="/hall/")

    assert answer["Location"] == "/hall/"


def test_signing_in_gives_the_session_a_new_key(client, account):
    client.get(LOGIN)
    client.session["before"] = True
    client.session.save()
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


@pytest.mark.parametrize(("username", "password"), [("lijianguo", "wrong"), ("nobody", PASSWORD), ("lijianguo", "")])
def test_a_failure_does_not_say_what_was_wrong(client, account, username, password):
    answer = sign_in(client, username, password)

    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session


def test_every_refusal_uses_the_same_words(client, account):
    def said(username: str, password: str) -> list[str]:
        return sign_in(client, username, password).context["form"].non_field_errors()

    unknown, wrong = said("nobody", PASSWORD), said("lijianguo", "wrong")
    for _ in range(5):
        sign_in(client, password="wrong")
    locked = said("lijianguo", PASSWORD)

    assert unknown == wrong == locked


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"])
def test_signing_in_never_leads_to_another_site(client, account, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == "/"


def test_signing_out_needs_a_post(client, account):
    client.force_login(account)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == LOGIN
    assert client.get(reverse("portal:home")).status_code == 302


def test_the_size_of_the_text_is_remembered(client, account):
    client.post(reverse("portal:text_size"), {"large": "1", "next": "/login/"})

    assert 'data-size="large"' in client.get(LOGIN).content.decode()
