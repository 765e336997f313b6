"""Secrets at rest: tokens encrypted with a key that never lives in the database, and hashes of one-time links."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.foundation.errors import Refused


class Vault:
    """Encrypts and opens short texts with the first of its keys, opening with any of them.

    ``keys`` are urlsafe base64 32-byte Fernet keys, newest first.
    """

    def __init__(self, keys: list[str]) -> None:
        self._newest = Fernet(keys[0])
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> bytes:
        """The encrypted bytes to store."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text again; refuses bytes sealed with a key this installation does not have."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Refused("The stored token cannot be opened with this installation's key. Connect again.") from None

    def opens(self, sealed: bytes) -> bool:
        """Has this installation the key?"""
        try:
            self._fernet.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def is_newest(self, sealed: bytes) -> bool:
        """Was it sealed with the first of the keys?"""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def reseal(self, sealed: bytes) -> bytes:
        """The same text, sealed with the first of the keys; the bytes must open."""
        return self._fernet.rotate(sealed)


def new_token() -> str:
    """A secret for a link or a session: 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored in place of a token: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


class Passwords:
    """Hashes passwords with argon2id (RFC 9106); ``cheap`` is for tests only."""

    def __init__(self, *, cheap: bool) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()
        #: verified against when an address is unknown, so that both answers take as long
        self._nobody = self._hasher.hash(new_token())

    def hash(self, password: str) -> str:
        """The text to store."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Is this the password? Takes as long for an unknown login (``stored`` None) as for a wrong password."""
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
