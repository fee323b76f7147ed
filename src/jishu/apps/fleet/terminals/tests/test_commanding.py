"""What people tell terminals: checked, recorded, within one's unit."""

import pytest
from django.urls import reverse
from tests.cast import hold, signed_in

from jishu.apps.fleet.terminals import commanding
from jishu.apps.fleet.terminals.models import Downlink
from jishu.apps.fleet.tests.makers import make_terminal, make_vehicle
from jishu.platform.audit.api import verbs_about
from jishu.platform.lib.errors import Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal(bureau):
    return make_terminal(bureau, vehicle=make_vehicle(bureau), status="active", auth_hash="0" * 64)


def test_a_text_waits_for_the_terminal_and_is_recorded(client, clerk, terminal):
    keeper = hold(clerk, ["fleet.view_terminal", "fleet.command_terminal"])
    browser = signed_in(client, keeper)
    asked = {"terminal": str(terminal.uid), "what": "text", "text": "请到东门接人"}

    answer = browser.post(reverse("fleet:tell_terminal"), asked)

    told = Downlink.objects.get()
    assert answer.status_code == 302
    assert (told.message_id, told.values["text"], told.sent_at) == (0x8300, "请到东门接人", None)
    assert verbs_about(told.uid) == ["terminal.told"]
    page = browser.get(reverse("fleet:terminal-detail", kwargs={"uid": terminal.uid}), {"tab": "接入与指令"})
    assert "请到东门接人" in page.content.decode()


def test_an_unknown_sign_and_an_impossible_interval_are_explained(clerk, terminal):
    keeper = hold(clerk, ["fleet.command_terminal"])

    with pytest.raises(commanding.Unwritable):
        commanding.send_text(keeper, terminal=terminal, text="好😀")
    with pytest.raises(commanding.DomainError, match="1—3600"):
        commanding.set_interval(keeper, terminal=terminal, seconds=0)


def test_twenty_may_wait_and_a_terminal_in_stock_is_told_nothing(clerk, terminal, bureau):
    keeper = hold(clerk, ["fleet.command_terminal"])
    for _ in range(commanding.MOST_WAITING):
        commanding.ask_position(keeper, terminal=terminal)

    with pytest.raises(commanding.TooMuchWaiting):
        commanding.ask_position(keeper, terminal=terminal)
    with pytest.raises(commanding.NotInUse):
        commanding.ask_position(keeper, terminal=make_terminal(bureau))


def test_a_withdrawn_code_opens_nothing(clerk, terminal):
    commanding.withdraw(hold(clerk, ["fleet.command_terminal"]), terminal=terminal)

    terminal.refresh_from_db()
    assert terminal.auth_hash == ""
    assert verbs_about(terminal.uid) == ["terminal.code_withdrawn"]


def test_another_units_terminal_is_not_found(client, rival, terminal):
    stranger = hold(rival, ["fleet.command_terminal"])

    with pytest.raises(Missing):
        commanding.send_text(stranger, terminal=terminal, text="你好")
    browser = signed_in(client, stranger)
    for page in ("fleet:tell_terminal", "fleet:withdraw_code"):
        assert browser.post(reverse(page), {"terminal": str(terminal.uid), "what": "position"}).status_code == 404
