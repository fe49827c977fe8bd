"""The sealed cookie, where one may be sent back to, and PKCE."""

import pytest

from services.web.oidc import challenge
from services.web.sealed import opened, seal
from services.web.signin import safe_next
from services.web.visit import with_after


def test_what_was_sealed_comes_back_only_with_secret_and_purpose() -> None:
    sealed = seal("secret", "tidemark", {"access_token": "t"})
    assert opened("secret", "tidemark", sealed) == {"access_token": "t"}
    assert opened("other", "tidemark", sealed) is None
    assert opened("secret", "tidemark_signin", sealed) is None


@pytest.mark.parametrize("text", [None, "", "nonsense", "AAAA", "ä", "a" * 3000])
def test_anything_else_in_the_cookie_is_nobody(text: str | None) -> None:
    assert opened("secret", "tidemark", text) is None


def test_a_changed_cookie_is_nobody() -> None:
    sealed = seal("secret", "tidemark", {"access_token": "t"})
    assert opened("secret", "tidemark", sealed[:-4] + "AAAA") is None


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""]
)
def test_nobody_is_sent_away_from_here(target: str) -> None:
    assert safe_next(target) == "/"


def test_one_comes_back_to_the_page_one_wanted() -> None:
    assert safe_next("/desk?day=2026-11-24") == "/desk?day=2026-11-24"


def test_the_challenge_is_that_of_rfc_7636() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_event_to_wait_for_replaces_an_earlier_one() -> None:
    assert with_after("/desk?day=x&after=1", "2") == "/desk?day=x&after=2"
    assert with_after("/desk", None) == "/desk"
