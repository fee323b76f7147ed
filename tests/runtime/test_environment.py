import pytest

from jishu.runtime.environment import BadSetting, Environment, HostsMissing, Unsafe

PUBLIC = {"JISHU_BIND": "0.0.0.0", "JISHU_HOSTS": "jishu.example.gov.cn", "JISHU_HTTPS": "1"}


def test_nothing_set_means_this_machine_only():
    environment = Environment.read({})

    assert environment.address == "http://127.0.0.1:8000/"
    assert environment.hosts == ("127.0.0.1", "[::1]", "localhost")
    assert not environment.debug


def test_an_open_door_needs_named_hosts():
    with pytest.raises(HostsMissing):
        Environment.read({"JISHU_BIND": "0.0.0.0"})

    named = Environment.read(PUBLIC | {"JISHU_HOSTS": "jishu.example.gov.cn, 10.0.0.8"})

    assert named.hosts[:2] == ("jishu.example.gov.cn", "10.0.0.8")
    assert named.address == "http://127.0.0.1:8000/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "八千"),
        ("JISHU_DEBUG", "yes"),
        ("JISHU_THREADS", "-1"),
        ("JISHU_OUTGOING_NETWORKS", "内网"),
        ("JISHU_PUBLIC_URL", "jishu.example.gov.cn"),
        ("JISHU_SMTP", "mail.example.gov.cn"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        Environment.read({name: value})


def test_an_empty_variable_is_as_good_as_none():
    assert Environment.read({"PORT": "", "JISHU_DATABASE_URL": "", "JISHU_HOME": ""}) == Environment.read({})


@pytest.mark.parametrize(
    "slip",
    [
        {"JISHU_DEBUG": "1"},
        {"JISHU_DEMO": "1"},
        {"JISHU_HTTPS": "0"},
        {"JISHU_HOSTS": "*"},
        {"JISHU_HOSTS": ".example.gov.cn,*.example.gov.cn"},
        {"JISHU_METRICS_TOKEN": "secret"},
    ],
    ids=str,
)
def test_an_unsafe_setting_is_refused_unless_it_is_meant(slip):
    with pytest.raises(Unsafe, match="不安全"):
        Environment.read(PUBLIC | slip)

    assert Environment.read(PUBLIC | slip | {"JISHU_UNSAFE": "1"})


def test_behind_a_proxy_on_this_machine_the_same_holds():
    with pytest.raises(Unsafe, match="JISHU_DEBUG"):
        Environment.read({"JISHU_HTTPS": "1", "JISHU_DEMO": "0", "JISHU_DEBUG": "1"})


def test_the_demo_stays_on_this_machine_unless_asked_for():
    assert Environment.read({}).demo
    assert not Environment.read(PUBLIC).demo


def test_nothing_leaves_the_platform_unless_somebody_says_where_to():
    closed = Environment.read({})
    assert (closed.smtp, closed.robot_hosts, closed.outgoing_networks, closed.public_url) == (None, (), (), "")

    opened = Environment.read(
        {
            "JISHU_SMTP": "smtps://jishu:p%40ss@mail.example.gov.cn",
            "JISHU_MAIL_FROM": "jishu@example.gov.cn",
            "JISHU_OUTGOING_NETWORKS": "10.0.0.0/8, 192.168.1.7",
            "JISHU_ROBOT_HOSTS": "oapi.dingtalk.com",
            "JISHU_PUBLIC_URL": "https://jishu.example.gov.cn/",
        }
    )
    assert opened.smtp is not None
    assert (opened.smtp.host, opened.smtp.port, opened.smtp.user, opened.smtp.password) == (
        "mail.example.gov.cn", 465, "jishu", "p@ss",
    )  # fmt: skip
    assert [str(one) for one in opened.outgoing_networks] == ["10.0.0.0/8", "192.168.1.7/32"]
    assert opened.public_url == "https://jishu.example.gov.cn"
    with pytest.raises(BadSetting, match="JISHU_MAIL_FROM"):
        Environment.read({"JISHU_SMTP": "smtp://mail.example.gov.cn"})
