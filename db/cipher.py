"""Encryption of what must not be readable in the database, its backups or its dumps."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from monitor.errors import StoreError
from monitor.model import Destination
from monitor.wire import from_wire, to_wire

SHORTEST_KEY = 16


class Cipher:
    """Encrypts with the first of the keys and decrypts with any, so that a key can be replaced."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < SHORTEST_KEY for key in keys):
            raise StoreError(f"SECRET_KEY: expected at least {SHORTEST_KEY} characters that nobody can guess")
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def seal(self, destination: Destination) -> str:
        """The destination as text that only the holder of the key can read."""
        return self._fernet.encrypt(json.dumps(to_wire(destination)).encode()).decode()

    def open(self, sealed: str | None) -> Destination | None:
        """What was sealed; None where the key is another one or the text was damaged."""
        if sealed is None:
            return None
        try:
            return from_wire(Destination, json.loads(self._fernet.decrypt(sealed.encode())))
        except (InvalidToken, ValueError, KeyError, TypeError):
            return None


def _derived(key: str) -> bytes:
    # Operators give any long text; Fernet wants 32 bytes of its own form.
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"releasevakt destinations").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
