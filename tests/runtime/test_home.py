from concurrent.futures import ThreadPoolExecutor

from jishu.runtime.home import held, secret


def test_a_home_has_one_holder_and_the_second_learns_who(home):
    with held(home, "jishu up") as first, held(home, "jishu import") as second:
        assert first is None
        assert second is not None
        assert "jishu up" in second

    with held(home, "jishu import") as after:
        assert after is None


def test_the_secret_is_made_once_and_closed_to_others(home):
    with ThreadPoolExecutor(8) as together:
        made = set(together.map(lambda _: secret(home), range(8)))

    assert len(made) == 1
    assert len(made.pop()) >= 50
    assert (home / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["secret"]
