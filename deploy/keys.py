"""The development issuer's key and the tokens signed with it."""

import hashlib
import json
import os
import secrets
import time
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from deploy.demo import Partner, Person
from shared.events.words import Role


HOUR = 3600


class Signer:
    """Signs with a key that outlives restarts, so tokens stay valid."""

    def __init__(self, folder: Path, issuer: str, audience: str) -> None:
        self._file = folder / "issuer.pem"
        self.issuer = issuer
        self.audience = audience

    def person(self, person: Person, seconds: int = HOUR) -> str:
        """An access token for a member of staff."""
        return self._access(
            str(person.staff_id), person.name, person.role, [str(person.clinic.clinic_id)], seconds
        )

    def partner(self, partner: Partner, seconds: int = HOUR) -> str:
        """An access token for a partner's system."""
        clinics = [str(partner.clinic.clinic_id)]
        return self._access(partner.client_id, partner.name, Role.PARTNER, clinics, seconds)

    def sign(self, audience: str, seconds: int, **claims: Any) -> str:
        """Any claims, for an audience and a time."""
        now = int(time.time())
        standard = {"iss": self.issuer, "aud": audience, "iat": now, "exp": now + seconds}
        everything = {**standard, "jti": secrets.token_urlsafe(12), **claims}
        return jwt.encode(everything, self._key, "RS256", headers={"kid": self.kid})

    def read(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of a token of ours; jwt.PyJWTError when it does not hold."""
        claims: dict[str, Any] = jwt.decode(
            token, self._key.public_key(), ["RS256"], audience=audience, issuer=self.issuer
        )
        return claims

    @cached_property
    def public(self) -> dict[str, Any]:
        """The public key as a JWK."""
        jwk: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        jwk.pop("key_ops", None)
        return {**jwk, "kid": self.kid, "use": "sig", "alg": "RS256"}

    @cached_property
    def kid(self) -> str:
        """The key's name: a digest of its public half."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return hashlib.sha256(public).hexdigest()[:16]

    def _access(self, sub: str, name: str, role: Role, clinics: list[str], seconds: int) -> str:
        return self.sign(
            self.audience, seconds, sub=sub, name=name, roles=[role.value], clinics=clinics
        )

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        if not self._file.exists():
            _make_key(self._file)
        key = serialization.load_pem_private_key(self._file.read_bytes(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{self._file} holds another kind of key")
        return key


def _make_key(file: Path) -> None:
    """Whole or not at all, and the first of two makers wins."""
    made = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_once(file, made.decode())


def write_once(file: Path, content: str) -> None:
    """Write a secret's file unless it is there; whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(content)
    try:
        os.link(partial, file)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def partner_secret(folder: Path) -> str:
    """The demo partner's client secret, made once for this folder."""
    file = folder / "partner-secret"
    write_once(file, secrets.token_urlsafe(24))
    return file.read_text()
