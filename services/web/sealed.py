"""What a browser keeps for us and cannot read: sealed text, each for one purpose."""

import base64
import hashlib
import json
from secrets import token_bytes
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


NONCE = 12

Kept = dict[str, Any]


def seal(secret: str, purpose: str, value: Kept) -> str:
    """`value` readable only by `opened` with the same secret and purpose."""
    nonce = token_bytes(NONCE)
    sealed = _cipher(secret).encrypt(nonce, json.dumps(value).encode(), purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def opened(secret: str, purpose: str, text: str | None) -> Kept | None:
    """What was sealed; None for anything that was not sealed by us for this purpose."""
    try:
        raw = base64.urlsafe_b64decode((text or "").encode())
        plain = _cipher(secret).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
    except (ValueError, InvalidTag):
        return None
    value: Kept = json.loads(plain)
    return value


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"tidemark cookie " + secret.encode()).digest())
