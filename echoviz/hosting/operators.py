"""Who may see the operator's view: whoever has the key, and nobody by trying many."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Callable
from http import HTTPStatus

from echoviz.hosting.limits import Bucket

ATTEMPTS = 5
ATTEMPTS_PER_S = 1 / 30
"""Five wrong keys at once from one address, then one more each half minute."""
_CLIENTS_REMEMBERED = 1000


class Operators:
    """Judges a request by its `Authorization` header (HTTP Basic: any user, the key as password).

    Parameters
    ----------
    key : what `ECHOVIZ_OPERATOR_KEY` says; empty: nobody may see anything, and no key fits
    """

    def __init__(self, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = key.encode()
        self._clock = clock
        self._attempts: dict[str, Bucket] = {}

    def judge(self, authorization: str | None, client: str) -> HTTPStatus:
        """OK, or why not: NOT_FOUND without a key, UNAUTHORIZED, TOO_MANY_REQUESTS of this client.

        Who has tried too often is not let in with the right key either: else trying would go on.
        """
        if not self._key:
            return HTTPStatus.NOT_FOUND
        if authorization is None:  # how every browser begins: no attempt
            return HTTPStatus.UNAUTHORIZED
        attempts = self._attempts.get(client)
        if attempts is not None and attempts.is_empty:
            return HTTPStatus.TOO_MANY_REQUESTS
        if hmac.compare_digest(read_password(authorization), self._key):
            self._attempts.pop(client, None)
            return HTTPStatus.OK
        if len(self._attempts) >= _CLIENTS_REMEMBERED:
            self._attempts.pop(next(iter(self._attempts)))
        self._attempts.setdefault(client, Bucket(ATTEMPTS, ATTEMPTS_PER_S, self._clock)).take()
        return HTTPStatus.UNAUTHORIZED


def read_password(authorization: str) -> bytes:
    """The password of a Basic header; empty for anything else."""
    scheme, _, said = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(said.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
