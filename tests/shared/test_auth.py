"""Tokens: what holds, and everything that must not."""

import base64
import json
import time
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared.auth import COOL_DOWN, Authenticator, Keys
from shared.errors import Unauthenticated, Unavailable
from shared.events.words import Role
from tests.kit import ISSUER, Issuer


issuer = Issuer()
authenticator = Authenticator(ISSUER, "tidemark", issuer)
PUBLIC = issuer.private.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def good(**claims: object) -> str:
    return issuer.token(uuid4(), [Role.CLINICIAN], [uuid4()], **claims)


def signed(key: object, algorithm: str, **head: object) -> str:
    claims = jwt.decode(good(), options={"verify_signature": False})
    return jwt.encode(claims, key, algorithm, headers={"kid": "test"} | head)  # type: ignore[arg-type]


def by_hand(head: dict[str, object]) -> str:
    """A token whose head nobody would sign, with an empty signature."""
    claims = jwt.decode(good(), options={"verify_signature": False})
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (head, claims))
    return ".".join(part.decode().rstrip("=") for part in parts) + "."


def with_public_key_as_secret() -> str:
    """HS256 under the public key: the classic confusion; PyJWT refuses to make it, so by hand."""
    import hashlib
    import hmac

    unsigned = by_hand({"alg": "HS256", "kid": "test"}).rstrip(".")
    signature = hmac.new(PUBLIC, unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


async def test_a_good_token_names_its_caller() -> None:
    sub, clinic = uuid4(), uuid4()
    token = issuer.token(sub, [Role.CLINICIAN], [clinic])
    actor = await authenticator.actor(f"Bearer {token}")
    assert (actor.id, set(actor.roles), set(actor.clinics)) == (sub, {Role.CLINICIAN}, {clinic})


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "a.b.c",
        good() + "x",
        good(exp=int(time.time()) - 60),
        good(exp=None),
        good(exp="soon"),
        good(nbf=int(time.time()) + 86_400),  # made when tests are collected, used when it is run
        good(aud="other"),
        good(aud=["other"]),
        good(aud=None),
        good(iss=ISSUER + "/"),
        good(iss=ISSUER[:-1]),
        good(iss=[ISSUER]),
        good(sub=None),
        good(sub="half \ud800 a character"),
        good(sub="with \0 inside"),
        good(clinics=["not an id"]),
        good(clinics=[7]),
        good(clinics=7),
        by_hand({"alg": "none", "kid": "test"}),
        by_hand({"alg": "None", "kid": "test"}),
        by_hand({"alg": "RS256", "kid": "test"}),
        by_hand({"alg": "RS256"}),
        by_hand({"alg": "RS256", "kid": 7}),
        with_public_key_as_secret(),
        signed(issuer.private, "RS256", crit=["exp"]),
        signed(issuer.private, "RS256", kid="../../etc/passwd"),
        signed(issuer.private, "RS256", kid="' or 1=1"),
        signed(issuer.private, "RS512"),
        signed(issuer.private, "PS256"),
        signed(rsa.generate_private_key(65537, 2048), "RS256"),
        signed(rsa.generate_private_key(65537, 2048), "RS256", jku="http://keys.test"),
        signed(ec.generate_private_key(ec.SECP256R1()), "ES256"),
    ],
)
async def test_a_token_that_does_not_hold_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        await authenticator.actor(f"Bearer {token}")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic YTpi", f"Token {good()}"])
async def test_another_header_is_refused(header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        await authenticator.actor(header)


class Counting(Keys):
    """Keys of a provider that is asked through here, so that the questions can be counted."""

    asked = 0

    async def _fetch(self) -> None:
        self.asked += 1
        self._asked = time.monotonic()
        self._keys = {"known": await issuer.find("test")}


async def test_a_flood_of_unknown_keys_is_one_question() -> None:
    keys = Counting(ISSUER)
    await keys.find("known")
    for number in range(100):
        with pytest.raises(Unauthenticated):
            await keys.find(f"unknown-{number}")
    assert keys.asked == 1


async def test_a_new_key_works_after_the_cool_down() -> None:
    keys = Counting(ISSUER)
    await keys.find("known")
    keys._asked -= COOL_DOWN + 1
    with pytest.raises(Unauthenticated):
        await keys.find("new")
    assert keys.asked == 2


async def test_a_provider_that_is_away_is_no_verdict() -> None:
    keys = Keys("http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await keys.find("any")
