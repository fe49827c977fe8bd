"""Who gets which tokens from the development issuer, and for what proof."""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

import jwt
from pydantic import BaseModel

from deploy.demo import PARTNER, PEOPLE, Person
from deploy.keys import HOUR, Signer, partner_secret
from shared.settings import Settings


CODE, REFRESH = "code", "refresh"  # audiences: no service takes these as access tokens
CODE_SECONDS, REFRESH_SECONDS = 60, 12 * HOUR


class Wish(BaseModel):
    """What a client asks of /authorize."""

    client_id: str
    redirect_uri: str
    response_type: str = "code"
    code_challenge: str
    code_challenge_method: str = "S256"
    state: str = ""
    nonce: str = ""
    scope: str = "openid"


class Chosen(Wish):
    """The same, and who the person at the browser says to be."""

    person: str


class Grant(BaseModel):
    """What a client sends to /token."""

    grant_type: str
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""
    refresh_token: str = ""
    client_id: str = ""
    client_secret: str = ""


class Refused(Exception):
    """An OAuth error, by its registered name."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


class Issuer:
    """What the issuer knows and decides; the routes of deploy/issuer.py only carry."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.url = settings.issuer_url
        self.signer = Signer(settings.data_folder, settings.issuer_url, settings.audience)
        self._used: set[str] = set()
        self._grants = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "client_credentials": self._by_secret,
        }

    def check(self, wish: Wish) -> None:
        """Refuse a client that we do not know, or an address that is not its own."""
        theirs, ours = urlsplit(wish.redirect_uri), urlsplit(self._settings.web_url)
        if wish.client_id != self._settings.oidc_client_id:
            raise Refused("unauthorized_client")
        if theirs[:2] != ours[:2]:
            raise Refused("invalid_request")
        if wish.response_type != "code" or wish.code_challenge_method != "S256":
            raise Refused("unsupported_response_type")

    def code(self, chosen: Chosen) -> str:
        """A code for the chosen person: signed, so that a restart does not forget it."""
        self.check(chosen)
        return self.signer.sign(
            CODE,
            CODE_SECONDS,
            sub=str(_person(chosen.person).staff_id),
            challenge=chosen.code_challenge,
            redirect_uri=chosen.redirect_uri,
            nonce=chosen.nonce,
        )

    def tokens(self, grant: Grant) -> dict[str, Any]:
        """The answer of /token, or Refused."""
        if grant.grant_type not in self._grants:
            raise Refused("unsupported_grant_type")
        return self._grants[grant.grant_type](grant)

    def _by_code(self, grant: Grant) -> dict[str, Any]:
        claims = self._claims(grant.code, CODE)
        digest = hashlib.sha256(grant.code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            claims["jti"] in self._used
            or grant.redirect_uri != claims["redirect_uri"]
            or not hmac.compare_digest(challenge, claims["challenge"])
        ):
            raise Refused("invalid_grant")
        self._used.add(claims["jti"])
        return self._for(_person(claims["sub"]), claims["nonce"])

    def _by_refresh(self, grant: Grant) -> dict[str, Any]:
        return self._for(_person(self._claims(grant.refresh_token, REFRESH)["sub"]), "")

    def _by_secret(self, grant: Grant) -> dict[str, Any]:
        secret = partner_secret(self._settings.data_folder)
        known = secrets.compare_digest(grant.client_secret.encode(), secret.encode())
        if grant.client_id != PARTNER.client_id or not known:
            raise Refused("invalid_client", 401)
        token = self.signer.partner(PARTNER)
        return {"access_token": token, "token_type": "Bearer", "expires_in": HOUR}

    def _claims(self, token: str, audience: str) -> dict[str, Any]:
        try:
            return self.signer.read(token, audience)
        except jwt.PyJWTError:
            raise Refused("invalid_grant") from None

    def _for(self, person: Person, nonce: str) -> dict[str, Any]:
        sub = str(person.staff_id)
        about = {"sub": sub, "name": person.name, **({"nonce": nonce} if nonce else {})}
        return {
            "access_token": self.signer.person(person),
            "id_token": self.signer.sign(self._settings.oidc_client_id, HOUR, **about),
            "refresh_token": self.signer.sign(REFRESH, REFRESH_SECONDS, sub=sub),
            "token_type": "Bearer",
            "expires_in": HOUR,
        }


def _person(staff_id: str) -> Person:
    for person in PEOPLE:
        if str(person.staff_id) == staff_id:
            return person
    raise Refused("access_denied")
