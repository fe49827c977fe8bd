"""The development issuer gives tokens that services accept, and only for the right proof."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import jwt
import pytest

from deploy import static
from deploy.demo import NORTHGATE, PARTNER, PEOPLE
from deploy.issuer import api
from deploy.keys import Signer, partner_secret
from shared.settings import Settings


VERIFIER = "a-verifier-that-is-long-enough-for-the-standard"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
CALLBACK = "http://127.0.0.1:8000/signed-in"
CLINICIAN = PEOPLE[1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path)


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(api(settings))
    async with httpx.AsyncClient(transport=transport, base_url=settings.issuer_url) as http:
        yield http


def wish(**changes: str) -> dict[str, str]:
    return {
        "client_id": "tidemark-web",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
        "state": "where-i-was",
        **changes,
    }


async def code(client: httpx.AsyncClient) -> str:
    chosen = {**wish(), "person": str(CLINICIAN.staff_id)}
    answer = await client.post("/authorize", data=chosen)
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["where-i-was"]
    return query["code"][0]


def grant(proof: str, **changes: str) -> dict[str, str]:
    given = {"grant_type": "authorization_code", "code": proof, "code_verifier": VERIFIER}
    return {**given, "redirect_uri": CALLBACK, "client_id": "tidemark-web", **changes}


async def claims(client: httpx.AsyncClient, token: str) -> dict[str, Any]:
    """The claims, checked as any service would: with nothing but the published keys."""
    keys = jwt.PyJWKSet.from_dict((await client.get("/jwks")).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    checked: dict[str, Any] = jwt.decode(
        token, key, ["RS256"], audience="tidemark", issuer="http://127.0.0.1:8010"
    )
    return checked


async def test_a_person_signs_in(client: httpx.AsyncClient) -> None:
    page = await client.get("/authorize", params=wish())
    assert all(person.name in page.text for person in PEOPLE)
    answer = await client.post("/token", data=grant(await code(client)))
    assert answer.status_code == 200
    held = await claims(client, answer.json()["access_token"])
    assert held["sub"] == str(CLINICIAN.staff_id)
    assert held["roles"] == ["clinician"]
    assert held["clinics"] == [str(NORTHGATE.clinic_id)]
    assert held["exp"] - held["iat"] == 3600


async def test_refreshing_gives_a_new_token(client: httpx.AsyncClient) -> None:
    first = (await client.post("/token", data=grant(await code(client)))).json()
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = (await client.post("/token", data=again)).json()
    assert second["access_token"] != first["access_token"]


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "another"},
        {"redirect_uri": "http://127.0.0.1:8000/elsewhere"},
        {"code": "not.a.code"},
        {"grant_type": "password"},
    ],
)
async def test_a_wrong_proof_gets_nothing(
    client: httpx.AsyncClient, change: dict[str, str]
) -> None:
    answer = await client.post("/token", data=grant(await code(client), **change))
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


async def test_a_code_works_once(client: httpx.AsyncClient) -> None:
    used = grant(await code(client))
    assert (await client.post("/token", data=used)).status_code == 200
    assert (await client.post("/token", data=used)).json() == {"error": "invalid_grant"}


async def test_a_code_is_no_refresh_token(client: httpx.AsyncClient) -> None:
    wrong = {"grant_type": "refresh_token", "refresh_token": await code(client)}
    assert (await client.post("/token", data=wrong)).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "stranger"},
        {"redirect_uri": "http://elsewhere.example/"},
        {"redirect_uri": "http://127.0.0.1:8000@elsewhere.example/"},
        {"code_challenge_method": "plain"},
    ],
)
async def test_codes_go_only_to_our_own_web(
    client: httpx.AsyncClient, change: dict[str, str]
) -> None:
    chosen = {**wish(**change), "person": str(CLINICIAN.staff_id)}
    assert (await client.get("/authorize", params=wish(**change))).status_code == 400
    assert (await client.post("/authorize", data=chosen)).status_code == 400


async def test_a_partner_by_form_and_by_header(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    secret = partner_secret(settings.data_folder)
    form = {"grant_type": "client_credentials"}
    credentials = {"client_id": PARTNER.client_id, "client_secret": secret}
    by_form = await client.post("/token", data={**form, **credentials})
    by_header = await client.post("/token", data=form, auth=(PARTNER.client_id, secret))
    for answer in (by_form, by_header):
        held = await claims(client, answer.json()["access_token"])
        assert (held["sub"], held["roles"]) == (PARTNER.client_id, ["partner"])
        assert [UUID(clinic) for clinic in held["clinics"]] == [NORTHGATE.clinic_id]
    wrong = await client.post("/token", data={**form, **credentials, "client_secret": "guess"})
    assert (wrong.status_code, wrong.json()) == (401, {"error": "invalid_client"})


async def test_services_are_sent_to_the_address_they_asked(settings: Settings) -> None:
    """In containers the services reach the issuer elsewhere than browsers do."""
    transport = httpx.ASGITransport(api(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://issuer:8010") as http:
        said = (await http.get("/.well-known/openid-configuration")).json()
    assert said["issuer"] == settings.issuer_url
    assert said["authorization_endpoint"] == f"{settings.issuer_url}/authorize"
    assert said["token_endpoint"] == "http://issuer:8010/token"
    assert said["jwks_uri"] == "http://issuer:8010/jwks"


async def test_a_restart_keeps_the_key(settings: Settings) -> None:
    first, second = (
        Signer(settings.data_folder, settings.issuer_url, "tidemark") for _ in range(2)
    )
    assert second.read(first.person(CLINICIAN), "tidemark")["name"] == CLINICIAN.name
    assert (settings.data_folder / "issuer.pem").stat().st_mode & 0o777 == 0o600


async def test_everything_that_the_sign_in_page_asks_for_is_there(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, static_folder=static.prepare(lambda _: None))
    transport = httpx.ASGITransport(api(settings))
    async with httpx.AsyncClient(transport=transport, base_url=settings.issuer_url) as http:
        page = (await http.get("/authorize", params=wish())).text
        asked = re.findall(r'href="(/static/[^"]+)"', page)
        styles = (await http.get("/static/tidemark.css")).text
        asked += [f"/static/{name}" for name in re.findall(r'url\("([^")]+)"\)', styles)]
        assert [name for name in asked if name.endswith(".woff2")]
        for path in asked:
            assert (await http.get(path)).status_code == 200, path
        assert (await http.get("/static/source-sans-3-../../x.woff2")).status_code == 404
