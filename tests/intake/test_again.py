"""Who was here before: known by name and date of birth, in one clinic, once that case has ended."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.domain import likeness
from shared.events.words import Role
from tests.intake.deciding import close
from tests.intake.desk import OPENED, Desk, person


async def ended(desk: Desk, code: str = "46", **given: Any) -> str:
    """A case that was opened and closed."""
    case_id: str = (await desk.accepted(**given))["case_id"]
    assert (await close(desk, case_id, code, desk.desk)).status_code == 200
    return case_id


async def closed_at(desk: Desk, moment: datetime, *case_ids: str) -> None:
    """These cases were closed then."""
    told = "update case_record set closed_at = $1 where case_id = any($2)"
    await desk.rows(told, moment, [UUID(case_id) for case_id in case_ids])


async def opening(desk: Desk, case_id: str) -> Any:
    """The one event that says that a case was opened."""
    [event] = await desk.rows(
        "select data from outbox where key = $1 and type = 'intake.case_opened'", case_id
    )
    return json.loads(event["data"])


async def before(desk: Desk, case_id: str) -> str | None:
    """The case that somebody in this one had before, as its opening says."""
    found: str | None = (await opening(desk, case_id))["previous_case_id"]
    return found


async def again(desk: Desk, **given: Any) -> str | None:
    """A referral more, and the case before it."""
    return await before(desk, (await desk.accepted(**given))["case_id"])


async def test_an_opening_tells_of_the_case_that_ended_before(desk: Desk) -> None:
    first = await ended(desk, "48")
    [row] = await desk.rows("select closed_at from case_record where case_id = $1", UUID(first))
    next_one = await desk.received()
    for _ in range(2):
        assert (await desk.accept(next_one)).status_code == 200
    said = await opening(desk, next_one)
    assert (said["previous_case_id"], said["previous_end_code"]) == (first, "48")
    assert datetime.fromisoformat(said["previous_closed_at"]) == row["closed_at"]
    assert await before(desk, first) is None


async def test_accepting_again_does_not_look_again(desk: Desk) -> None:
    first = await desk.accepted()
    case_id = await desk.received()
    await desk.accept(case_id)
    await close(desk, first["case_id"], "46", desk.desk)
    await closed_at(desk, OPENED, first["case_id"])
    assert (await desk.accept(case_id)).status_code == 200
    assert await before(desk, case_id) is None


async def test_a_case_that_ended_when_the_referral_had_come_is_none_before_it(desk: Desk) -> None:
    first = await desk.accepted()
    waiting = await desk.received()
    await close(desk, first["case_id"], "46", desk.desk)
    assert (await desk.accept(waiting)).status_code == 200
    assert await before(desk, waiting) is None


@pytest.mark.parametrize(("microseconds", "counts"), [(-1, True), (0, False), (1, False)])
async def test_the_referrals_receipt_is_the_moment(
    desk: Desk, microseconds: int, counts: bool
) -> None:
    first, later = await ended(desk), await desk.received()
    [row] = await desk.rows("select received_at from referral where case_id = $1", UUID(later))
    await closed_at(desk, row["received_at"] + timedelta(microseconds=microseconds), first)
    await desk.accept(later)
    assert await before(desk, later) == (first if counts else None)


async def test_an_open_case_is_none_before(desk: Desk) -> None:
    await desk.accepted()
    assert await again(desk) is None


async def test_of_several_the_latest_ended_counts_and_of_two_at_once_the_higher_id(
    desk: Desk,
) -> None:
    one, two, three = [await ended(desk) for _ in range(3)]
    await closed_at(desk, OPENED, one)
    await closed_at(desk, OPENED + timedelta(days=1), two, three)
    assert await again(desk) == max(two, three)
    await closed_at(desk, OPENED + timedelta(days=2), one)
    assert await again(desk) == one


async def test_another_clinics_case_is_nobodys_business(desk: Desk) -> None:
    await ended(desk)
    both = desk.person(Role.FRONT_DESK, desk.north, desk.south)
    sent = await desk.send(desk.referral(clinic_id=str(desk.south)), both)
    case_id = sent.json()["case_id"]
    answer = await desk.accept(case_id, desk.southerner, both)
    assert answer.status_code == 200, answer.text
    assert await before(desk, case_id) is None


@pytest.mark.parametrize(
    "other",
    [
        {"date_of_birth": "1988-02-28"},
        {"given_name": "Adah zebra-canary"},
        {"family_name": "Lovelac"},
        {"given_name": "Lovelace", "family_name": "Ada zebra-canary"},
    ],
)
async def test_whoever_is_written_otherwise_is_somebody_else(
    desk: Desk, other: dict[str, str]
) -> None:
    await ended(desk)
    assert await again(desk, clients=[person(**other)]) is None


async def test_a_name_is_the_same_in_any_spelling_of_its_letters(desk: Desk) -> None:
    first = await ended(
        desk, clients=[person(given_name="Zoe\N{COMBINING DIAERESIS}  Mae", family_name="Strauß")]
    )
    shouted = person(given_name="ZO\N{LATIN CAPITAL LETTER E WITH DIAERESIS} MAE")
    assert await again(desk, clients=[shouted | {"family_name": "STRAUSS"}]) == first


async def test_one_of_a_couple_is_enough_whoever_comes_first(desk: Desk) -> None:
    ben = person(given_name="Ben", date_of_birth="1985-07-01")
    first = await ended(desk, modality="couple", clients=[person(), ben])
    assert await again(desk, clients=[ben]) == first
    cleo = person(given_name="Cleo", date_of_birth="1985-07-01")
    assert await again(desk, modality="couple", clients=[cleo, ben]) == first
    # The name of one and the birth of the other are nobody.
    mixed = person(given_name="Ben")
    assert await again(desk, modality="couple", clients=[cleo, mixed]) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", " ADA\t"),
        ("Mary Ann", "mary \N{NO-BREAK SPACE} ann"),
        ("Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}", "zoe\N{COMBINING DIAERESIS}"),
        ("\N{LATIN SMALL LIGATURE FI}nn", "Finn"),
        # Folding this capital leaves a dot of its own behind.
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}lker", "i\N{COMBINING DOT ABOVE}lker"),
    ],
)
def test_capitals_spaces_and_composition_make_no_difference(one: str, other: str) -> None:
    born = OPENED.date()
    assert likeness(one, "Reed", born) == likeness(other, "reed", born)


@pytest.mark.parametrize("other", ["Zoe", "Zo\N{LATIN SMALL LETTER E WITH ACUTE}", "ZoëAnn"])
def test_a_letter_more_or_another_accent_is_another_name(other: str) -> None:
    born = OPENED.date()
    assert likeness("Zoë", "Reed", born) != likeness(other, "Reed", born)
