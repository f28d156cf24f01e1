"""Who may come in under which name: the operator's words, and what stands without any."""

from __future__ import annotations

import pytest

from echoviz.hosting.headers import security_headers
from echoviz.hosting.settings import Settings, read_settings


@pytest.mark.parametrize(
    "host",
    ["localhost:8501", "LOCALHOST", "127.0.0.1:8501", "[::1]:8501", "192.168.1.20:8501", "[fe80::1]"],
)
def test_loopback_and_bare_addresses_are_known(host: str) -> None:
    """A name that an attacker lets point here is a domain name; an address cannot be rebound."""
    assert read_settings({}).knows_host(host)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "user@localhost",
        "localhost/x",
        "a:b:c",
        "[::1",
        "evil:99999",
    ],
)
def test_other_names_are_strangers(host: str | None) -> None:
    assert not read_settings({}).knows_host(host)


def test_this_machine_is_known_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A teacher gives out a name, since some phones refuse websockets to bare addresses."""
    monkeypatch.setattr("socket.gethostname", lambda: "lab-7.school.example")
    settings = read_settings({})
    for name in ("lab-7.school.example", "lab-7", "lab-7.local:8501"):
        assert settings.knows_host(name)


def test_named_hosts_take_the_place_of_guesses() -> None:
    settings = read_settings({"ECHOVIZ_HOSTS": "class.example.org, *.school.example"})
    assert settings.knows_host("class.example.org:443")
    assert settings.knows_host("a.school.example")
    assert settings.knows_host("localhost:8501")
    assert not settings.knows_host("school.example")
    assert not settings.knows_host("192.168.1.20:8501")


def test_a_star_lets_every_name_in() -> None:
    assert read_settings({"ECHOVIZ_HOSTS": "*"}).knows_host("anything.example")


@pytest.mark.parametrize("name", ["https://class.example.org", "a b:80", "class.example.org:443", "-x"])
def test_a_name_that_is_none_is_explained(name: str) -> None:
    with pytest.raises(ValueError, match="ECHOVIZ_HOSTS"):
        read_settings({"ECHOVIZ_HOSTS": name.replace(" ", "/")})


@pytest.mark.parametrize(
    ("origin", "is_known"),
    [
        (None, True),
        ("http://localhost:8501", True),
        ("http://localhost:9999", False),
        ("http://evil.example", False),
        ("null", False),
        ("file://localhost:8501", False),
        ("http://[::1", False),
        ("https://teacher.example", True),
    ],
)
def test_only_the_page_itself_connects(origin: str | None, is_known: bool) -> None:
    settings = read_settings({}, origins=["https://teacher.example"])
    assert settings.knows_origin(origin, "localhost:8501") is is_known


def test_a_proxy_may_change_the_host_but_not_the_page() -> None:
    settings = read_settings({"ECHOVIZ_HOSTS": "class.example.org"})
    assert settings.knows_origin("https://class.example.org", "127.0.0.1:8501")
    assert not settings.knows_origin("https://evil.example", "127.0.0.1:8501")
    assert not read_settings({"ECHOVIZ_HOSTS": "*"}).knows_origin("https://evil.example", "127.0.0.1:8501")


def test_only_named_pages_may_show_this_one() -> None:
    own = dict(security_headers(Settings()))
    assert b"frame-ancestors 'self'" in own[b"content-security-policy"]
    assert own[b"x-frame-options"] == b"SAMEORIGIN"
    named = dict(security_headers(read_settings({"ECHOVIZ_FRAME_ANCESTORS": "https://moodle.example.org"})))
    assert b"frame-ancestors 'self' https://moodle.example.org" in named[b"content-security-policy"]
    assert b"x-frame-options" not in named


@pytest.mark.parametrize(
    "name", ["'none';script-src", "https://a.example/path", "javascript:alert(1)", "a\nb:c:d"]
)
def test_what_is_no_page_is_explained(name: str) -> None:
    with pytest.raises(ValueError, match="ECHOVIZ_FRAME_ANCESTORS"):
        read_settings({"ECHOVIZ_FRAME_ANCESTORS": name})


@pytest.mark.parametrize("count", ["0", "-1", "many", "1.5"])
def test_counts_are_whole_numbers(count: str) -> None:
    with pytest.raises(ValueError, match="ECHOVIZ_SOCKETS_PER_CLIENT"):
        read_settings({"ECHOVIZ_SOCKETS_PER_CLIENT": count})
