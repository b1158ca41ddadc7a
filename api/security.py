"""Who may do what: bearer tokens with scopes, kept only as hashes.

A token is 256 random bits, so a plain SHA-256 of it is as good as any slow hash. `admin` includes `write`, `write`
includes `read`. Feed readers and calendars, which can send nothing else, may give a token as the password of Basic
authentication, for reading. Tokens are never taken from the address: addresses end up in logs.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Literal, get_args

from anyio.to_thread import run_sync
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from db.store import Store

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

PREFIX = "rv_"

_LONGEST = 512

BEARER = HTTPBearer(auto_error=False, description="A token made by `releasevakt token create`.")


def new_secret() -> str:
    """A fresh token to hand out, once."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """The form in which a token is kept."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


class Guard:
    """Knows which token may do what. `admin_token` is the one from the configuration, which is not in the store."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime], admin_token: str | None = None) -> None:
        self._store = store
        self._clock = clock
        self._admin_hash = hash_of(admin_token) if admin_token else None

    async def may_read(self, request: Request) -> bool:
        """Whether the request brings a token that may read, as a bearer or as a Basic password."""
        secret = _secret(request.headers.get("authorization", ""))
        if secret is None:
            return False
        return await run_sync(self.allows, secret, "read")

    def allows(self, secret: str, scope: Scope) -> bool:
        """Whether a token has a scope, or one that includes it."""
        if not secret or len(secret) > _LONGEST:
            return False
        hashed = hash_of(secret)
        if self._admin_hash is not None and secrets.compare_digest(hashed, self._admin_hash):
            return True
        token = self._store.token_by_hash(hashed)
        if token is None:
            return False
        self._store.touch_token(token.id, at=self._clock())
        needed = SCOPES.index(scope)
        return any(held in SCOPES and SCOPES.index(held) >= needed for held in token.scopes)

    def require(self, scope: Scope) -> Callable[..., None]:
        """A dependency that lets only tokens with the scope through: 401 without a token, 403 with a lesser one."""

        def check(
            request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
        ) -> None:
            secret = credentials.credentials if credentials is not None else None
            if secret is None or not self.allows(secret, "read"):
                raise HTTPException(
                    HTTPStatus.UNAUTHORIZED,
                    "This needs a token.",
                    headers={"WWW-Authenticate": 'Bearer realm="releasevakt"'},
                )
            if not self.allows(secret, scope):
                raise HTTPException(HTTPStatus.FORBIDDEN, f"This needs a token with the scope {scope}.")

        return check


def _secret(authorization: str) -> str | None:
    kind, _, value = authorization.partition(" ")
    if kind.lower() == "bearer":
        return value.strip() or None
    if kind.lower() != "basic":
        return None
    try:
        _, colon, password = b64decode(value, validate=True).decode("utf-8", "replace").partition(":")
    except (Base64Error, ValueError):
        return None
    return password if colon and password else None
