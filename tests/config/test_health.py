import pytest
from django.db import OperationalError, connection
from django.test import override_settings


@pytest.mark.django_db
def test_the_platform_is_ready_when_its_database_answers(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_is_not_ready_without_it(client, monkeypatch):
    def fails():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", fails)

    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_a_browser_is_told_to_run_our_own_files_only(client):
    headers = client.get("/healthz").headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_a_host_nobody_named_is_refused(client):
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400
