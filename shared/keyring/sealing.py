"""Sealing: AES-256-GCM, bound to whom a value is about and to the field that it stands in."""

import base64
import binascii
import hashlib
import secrets
from enum import Enum
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


NONCE = 12  # bytes
PREFIX = "sealed:"


class Erased(Enum):
    """What a destroyed key, and everything sealed under it, reads as."""

    ERASED = "erased"


ERASED: Final = Erased.ERASED


class NotSealedForThis(ValueError):
    """A sealed value that was changed, or that belongs to another person, field or key."""


def seal(key: bytes, subject_id: UUID, field: str, plain: str) -> str:
    """`plain`, readable only with this key, for this subject and in this field."""
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(key).encrypt(nonce, plain.encode(), _bound_to(subject_id, field))
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def open_sealed(key: bytes | Erased, subject_id: UUID, field: str, sealed: str) -> str | Erased:
    """What was sealed, or ERASED when the key is destroyed, which is never a failure.

    NotSealedForThis when the value was moved here from another subject or field, or changed.
    """
    if key is ERASED:
        return ERASED
    assert isinstance(key, bytes)
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(PREFIX))
        plain = AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], _bound_to(subject_id, field))
    except (InvalidTag, ValueError, binascii.Error):
        raise NotSealedForThis(f"{field} is not sealed for {subject_id}") from None
    return plain.decode()


def _bound_to(subject_id: UUID, field: str) -> bytes:
    return f"{subject_id} {field}".encode()


class Masters:
    """The master keys: the first wraps; the others, from before a rotation, still unwrap."""

    def __init__(self, setting: str) -> None:
        keys = [bytes.fromhex(part) for part in setting.replace(" ", "").split(",")]
        if any(len(key) != 32 for key in keys):
            raise ValueError("a master key is 32 bytes in hexadecimal")
        self._keys = {hashlib.sha256(key).hexdigest()[:16]: AESGCM(key) for key in keys}
        self.newest = next(iter(self._keys))

    def wrap(self, subject_id: UUID, key: bytes) -> bytes:
        """A data key as it may be stored: only the newest master key opens it, for this subject."""
        nonce = secrets.token_bytes(NONCE)
        bound = _bound_to(subject_id, self.newest)
        return nonce + self._keys[self.newest].encrypt(nonce, key, bound)

    def unwrap(self, subject_id: UUID, master_id: str, wrapped: bytes) -> bytes:
        """The data key. ValueError when no master key that we have wrapped it, for this subject."""
        try:
            master = self._keys[master_id]
            return master.decrypt(
                wrapped[:NONCE], wrapped[NONCE:], _bound_to(subject_id, master_id)
            )
        except (KeyError, InvalidTag):
            raise NotSealedForThis(f"no master key opens the key of {subject_id}") from None
