"""What the operator decides about a public server, read once at its start from `ECHOVIZ_…` variables."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MESSAGE_BYTES = 200_000
"""The page's own messages stay under 10 kB: all controls, and what the stage tells."""
MIN_KEY = 12
"""Characters of the operator's key: at five attempts and two a minute nobody guesses so many."""
_HOST = re.compile(r"\*|(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
_ANCESTOR = re.compile(r"\*|https?:|(https?://)?(\*\.)?[A-Za-z0-9.-]+(:(\d+|\*))?")


@dataclass(frozen=True)
class Settings:
    """Who may come in under which name, who may show the page in a frame, and how much one client may do."""

    hosts: tuple[str, ...] = LOOPBACK
    are_addresses_hosts: bool = True
    """whether every bare IP address is a good name: DNS rebinding needs a domain name"""
    origins: tuple[str, ...] = ()
    """foreign pages that may open the websocket, as `https://name`"""
    frame_ancestors: tuple[str, ...] = ("'self'",)
    sockets_per_client: int = 500
    sockets: int = 2000
    message_bytes: int = MESSAGE_BYTES
    messages_per_s: int = 20
    """of one socket, after a burst of five times as many: a page in use sends five in a second"""
    operator_key: str = field(default="", repr=False)
    """the password of the operator's view; without one there is no view"""
    run_log: str = ""
    """where each training that ended leaves a line: a file, or `-` for standard error"""

    def knows_host(self, host: str | None) -> bool:
        """Whether a request's Host header names this server."""
        name = read_hostname(f"//{host}") if host else None
        if name is None:
            return False
        return (self.are_addresses_hosts and _is_address(name)) or any(
            _matches(pattern, name) for pattern in self.hosts
        )

    def knows_origin(self, origin: str | None, host: str | None) -> bool:
        """Whether the page that opens a websocket is our own, or one that the operator named.

        Programs send no Origin; browsers always do. A proxy may have changed Host: then the page's own
        name must be one that the operator wrote down.
        """
        if origin is None:
            return True
        if origin in self.origins:
            return True
        parts = _split(origin)
        if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
            return False
        if host is not None and parts.netloc.lower() == host.lower():
            return True
        name = read_hostname(origin)
        named = [pattern for pattern in self.hosts if pattern != "*" and pattern not in LOOPBACK]
        return name is not None and any(_matches(pattern, name) for pattern in named)


def read_settings(
    environ: Mapping[str, str], *, hosts: Iterable[str] = (), origins: Iterable[str] = ()
) -> Settings:
    """The settings of a server.

    Parameters
    ----------
    hosts : names that Streamlit's own settings give this server
    origins : foreign pages that Streamlit's own settings let in

    Raises
    ------
    ValueError
        for a variable that cannot be read; it says what was expected
    """
    given = tuple(_check_host(name) for name in environ.get("ECHOVIZ_HOSTS", "").replace(",", " ").split())
    ancestors = tuple(
        _check_ancestor(name) for name in environ.get("ECHOVIZ_FRAME_ANCESTORS", "").replace(",", " ").split()
    )
    named = (*given, *(name.strip().lower() for name in hosts))
    return Settings(
        hosts=(*LOOPBACK, *(named or _own_names())),
        are_addresses_hosts=not named or "*" in named,
        origins=tuple(origin.strip() for origin in origins),
        frame_ancestors=("'self'", *ancestors),
        sockets_per_client=_read_count(environ, "ECHOVIZ_SOCKETS_PER_CLIENT", Settings.sockets_per_client),
        sockets=_read_count(environ, "ECHOVIZ_SOCKETS", Settings.sockets),
        messages_per_s=_read_count(environ, "ECHOVIZ_MESSAGES_PER_S", Settings.messages_per_s),
        operator_key=_check_key(environ.get("ECHOVIZ_OPERATOR_KEY", "")),
        run_log=_check_run_log(environ.get("ECHOVIZ_RUN_LOG", "")),
    )


def read_hostname(url: str) -> str | None:
    """The host's name in lower case, without port; `None` for what is no host."""
    parts = _split(url)
    if parts is None or parts.username is not None or parts.password is not None:
        return None
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        return None
    return parts.hostname.lower().rstrip(".")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname  # each raises when it cannot be read
    except ValueError:
        return None
    return parts


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:])
    return pattern in ("*", name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _own_names() -> tuple[str, ...]:
    """What this machine is called on its network, without asking anybody."""
    name = socket.gethostname().lower().rstrip(".")
    return tuple(dict.fromkeys((name, name.split(".")[0], f"{name.split('.')[0]}.local"))) if name else ()


def _check_host(name: str) -> str:
    if not _HOST.fullmatch(name.lower()):
        raise ValueError(
            f"ECHOVIZ_HOSTS holds {name!r}; expected host names like class.example.org, *.example.org or *, "
            "without http:// and port."
        )
    return name.lower()


def _check_ancestor(name: str) -> str:
    if not _ANCESTOR.fullmatch(name):
        raise ValueError(
            f"ECHOVIZ_FRAME_ANCESTORS holds {name!r}; expected pages that may show this one in a frame, "
            "like https://moodle.example.org, https: or *."
        )
    return name


def _read_count(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name) or str(default)
    if not given.isdecimal() or int(given) < 1:
        raise ValueError(f"{name} was {given!r}; expected a whole number from 1.")
    return int(given)


def _check_key(key: str) -> str:
    if 0 < len(key) < MIN_KEY:  # the sentence does not repeat it: it ends in a log
        raise ValueError(f"ECHOVIZ_OPERATOR_KEY has {len(key)} characters; expected {MIN_KEY} or more.")
    return key


def _check_run_log(target: str) -> str:
    if target not in ("", "-") and (not Path(target).parent.is_dir() or Path(target).is_dir()):
        raise ValueError(
            f"ECHOVIZ_RUN_LOG was {target!r}; expected a file in a folder that exists, or - (standard error)."
        )
    return target
