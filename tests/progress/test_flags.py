"""A flag's life: each act once, by whom it may be, told, written down."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.words import Role
from tests.progress.desk import Clinic, Desk, flagged
from tests.progress.people import at_work
from tests.progress.world import World


GOAL = UUID(int=77)
PLAN = {"reason": "assessed_plan_in_place", "note": "talked it through, plan made"}


async def fell(clinic: Clinic) -> str:
    """A goal fell: a flag that is not about safety; its id."""
    story = clinic.story
    await clinic.world.happens(story.goal(GOAL), story.rated(GOAL, 6, 1), story.rated(GOAL, 2, 2))
    return str((await clinic.shown())["flags"][0]["flag_id"])


async def did(desk: Desk, flag_id: str, act: str, **said: Any) -> Any:
    """An act that must succeed; the flag after it."""
    answer = await desk.post(f"flags/{flag_id}/{act}", said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(desk: Desk, flag_id: str, act: str, **said: Any) -> tuple[int, Any]:
    """An act that must not: the answer."""
    answer = await desk.post(f"flags/{flag_id}/{act}", said)
    assert answer.status_code >= 400
    return answer.status_code, answer.json()


async def test_a_flag_says_what_was_done_last_while_it_stands_at_that(clinic: Clinic) -> None:
    flag_id, me = await flagged(clinic), clinic.clinician
    seen = await did(me, flag_id, "acknowledge")
    assert seen["actioned"] is None
    for what in ("contact_attempted", "safety_assessed"):
        done = (await did(me, flag_id, "action", action=what, note="called"))["actioned"]
        assert (done["what"], done["by"]) == (what, seen["acknowledged"]["by"])
        assert "note" not in done
    assert (await did(me, flag_id, "close", **PLAN))["actioned"] is None


async def test_a_flag_goes_from_raised_to_closed_and_each_step_is_told(clinic: Clinic) -> None:
    flag_id, me = await flagged(clinic), clinic.clinician
    states = [
        (await did(me, flag_id, "acknowledge", note="seen"))["state"],
        (await did(me, flag_id, "review"))["state"],
        (await did(me, flag_id, "action", action="safety_assessed", note="called"))["state"],
        (await did(me, flag_id, "close", **PLAN))["state"],
    ]
    assert states == ["acknowledged", "in_review", "actioned", "closed"]
    told = [kind for kind, _ in await clinic.world.told()]
    assert told == [
        "progress.flag_raised",
        "progress.flag_acknowledged",
        "progress.flag_review_started",
        "progress.flag_actioned",
        "progress.flag_closed",
    ]
    rows = await clinic.world.rows("select act, reason_code from audit where act like 'flag_%'")
    assert [tuple(row) for row in rows] == [
        ("flag_acknowledged", None),
        ("flag_review_started", None),
        ("flag_actioned", "safety_assessed"),
        ("flag_closed", "assessed_plan_in_place"),
    ]


async def test_a_state_that_is_none_is_named(clinic: Clinic) -> None:
    wrong = await clinic.clinician.get("flags", case_id=clinic.story.case_id, state="nope")
    [error] = wrong.json()["errors"]
    assert (wrong.status_code, error["field"]) == (422, "state")
    assert "'open', 'raised', 'acknowledged'" in error["message"]


async def test_a_flag_shows_what_was_done_who_was_told_and_what_it_rests_on(
    clinic: Clinic,
) -> None:
    flag_id, me = await flagged(clinic), clinic.clinician
    await did(me, flag_id, "acknowledge", note="seen")
    shown = (await me.get(f"flags/{flag_id}")).json()
    assert [(act["act"], act["by"], act["note"]) for act in shown["acts"]] == [
        ("acknowledged", str(clinic.story.clinician_id), "seen")
    ]
    assert [(each["role"], each["person_id"]) for each in shown["told"]] == [
        ("clinician", str(clinic.story.clinician_id))
    ]
    assert [(each["type"], each["at"]) for each in shown["rests_on"]] == [
        ("goals.measure_completed", "2026-11-02T09:01:00Z")
    ]
    [number] = shown["parameters_in_words"]
    assert (number["name"], number["value"], number["words"]) == (
        "urgent_from",
        2,
        "an answer of this or more is urgent",
    )
    assert shown["clock"]["what"] == "act"
    assert shown["rule_words"].startswith("An answer above 0")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("review", {}),
        ("action", {"action": "client_contacted", "note": "x"}),
        ("close", PLAN),
        ("reopen", {"reason": "not_resolved"}),
    ],
)
async def test_nothing_comes_before_the_acknowledgement(
    clinic: Clinic, act: str, said: dict[str, str]
) -> None:
    flag_id = await flagged(clinic)
    status, body = await refused(clinic.clinician, flag_id, act, **said)
    assert (status, body["state"]) == (409, "raised")
    assert await clinic.world.rows("select 1 from flag_act") == []


async def test_of_two_who_close_at_once_one_wins_and_the_other_hears_who(clinic: Clinic) -> None:
    flag_id, lead = await fell(clinic), clinic.desk(Role.CLINICAL_LEAD)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    said = {"reason": "action_taken"}
    answers = await asyncio.gather(
        *(desk.post(f"flags/{flag_id}/close", said) for desk in (clinic.clinician, lead))
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    [lost] = [each.json() for each in answers if each.status_code == 409]
    [row] = await clinic.world.rows("select by from flag_act where act = 'closed'")
    assert lost["by"] == str(row["by"])


async def test_a_second_note_of_ones_own_is_refused_since_it_would_be_lost(clinic: Clinic) -> None:
    """The act stands already, with the first words: 200 would say that these are kept as well."""
    flag_id, me = await fell(clinic), clinic.clinician
    await did(me, flag_id, "acknowledge", note="first")
    for act, more in (("review", {}), ("close", {"reason": "action_taken"})):
        await did(me, flag_id, act, note="first", **more)
        status, told = await refused(me, flag_id, act, note="second", **more)
        assert (status, told["by"]) == (409, str(clinic.story.clinician_id))
        await did(me, flag_id, act, note="first", **more)
        await did(me, flag_id, act, **more)
    rows = await clinic.world.rows("select note from flag_act order by number")
    assert [row["note"] for row in rows] == ["first"] * 3


async def test_the_same_person_may_say_it_twice(clinic: Clinic) -> None:
    flag_id = await fell(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    for _ in range(2):
        assert (await did(clinic.clinician, flag_id, "review"))["state"] == "in_review"
    assert len(await clinic.world.rows("select 1 from flag_act")) == 2


async def test_only_a_clinician_closes_a_safety_flag(clinic: Clinic) -> None:
    flag_id, lead = await flagged(clinic), clinic.desk(Role.CLINICAL_LEAD)
    await did(lead, flag_id, "acknowledge", note="seen")
    assert (await refused(lead, flag_id, "close", **PLAN))[0] == 403


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": "no_action_needed", "note": "x"}, "reason"),
        ({"reason": "assessed_plan_in_place"}, "note"),
    ],
)
async def test_a_safety_flag_closes_with_an_assessment_and_words(
    clinic: Clinic, said: dict[str, str], field: str
) -> None:
    flag_id = await flagged(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    status, body = await refused(clinic.clinician, flag_id, "close", **said)
    assert (status, body["errors"][0]["field"]) == (422, field)


async def test_a_flag_is_taken_and_handed_over(clinic: Clinic) -> None:
    flag_id, other = await fell(clinic), uuid4()
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    mine = str(clinic.story.clinician_id)
    assert (await did(clinic.clinician, flag_id, "assign", to=mine))["assigned_to"] == mine
    await did(clinic.clinician, flag_id, "assign", to=str(other))
    status, body = await refused(clinic.clinician, flag_id, "assign", to=mine)
    assert (status, body["assigned_to"]) == (409, str(other))


async def test_a_closed_flag_is_assigned_to_nobody_not_even_to_its_holder(clinic: Clinic) -> None:
    flag_id, mine, other = await fell(clinic), str(clinic.story.clinician_id), uuid4()
    await at_work(clinic, other)
    await did(clinic.clinician, flag_id, "assign", to=mine)
    await did(clinic.clinician, flag_id, "assign", to=mine)  # open: the same again is nothing new
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await did(clinic.clinician, flag_id, "close", reason="action_taken")
    for person in (mine, str(other)):
        status, body = await refused(clinic.clinician, flag_id, "assign", to=person)
        assert (status, body["state"]) == (409, "closed")
    rows = await clinic.world.rows("select 1 from flag_act where act = 'assigned'")
    assert len(rows) == 1


async def test_who_was_given_a_flag_hands_it_back(clinic: Clinic) -> None:
    """Whose role was taken away since: from then on it is not theirs to see; the act stands."""
    flag_id, mine, other = await flagged(clinic), str(clinic.story.clinician_id), uuid4()
    await at_work(clinic, clinic.story.clinician_id)
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    await did(clinic.clinician, flag_id, "assign", to=str(other))
    before = clinic.desk(Role.CLINICIAN, other)
    assert (await before.get(f"flags/{flag_id}")).status_code == 200
    found = await did(before, flag_id, "assign", to=mine)
    assert found["assigned_to"] == mine
    assert (await before.get(f"flags/{flag_id}")).status_code == 404
    assert (await clinic.clinician.get(f"flags/{flag_id}")).json()["assigned_to"] == mine


async def test_a_closed_flag_is_opened_by_hand(clinic: Clinic) -> None:
    flag_id = await fell(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await did(clinic.clinician, flag_id, "close", reason="action_taken")
    found = await did(clinic.clinician, flag_id, "reopen", reason="not_resolved")
    assert found["state"] == "in_review"


async def test_what_goes_away_clears_the_flag_and_what_people_did_stays(clinic: Clinic) -> None:
    flag_id, story = await fell(clinic), clinic.story
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await clinic.world.happens(story.rated(GOAL, 3, 0, came=30))  # the baseline was lower
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["acts"][0]["note"]) == ("cleared", "seen")
    status, body = await refused(clinic.clinician, flag_id, "review")
    assert (status, body["state"]) == (409, "cleared")


async def test_a_note_is_in_no_event_and_no_audit(clinic: Clinic, world: World) -> None:
    flag_id = await flagged(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="canary words")
    await did(clinic.clinician, flag_id, "action", action="other", note="canary words")
    await did(
        clinic.clinician, flag_id, "close", reason="assessed_referred_on", note="canary words"
    )
    for table in ("outbox", "audit"):
        rows = await world.rows(
            f"select row_to_json(t)::text, encode(t.data, 'escape') from {table} t"
            if table == "outbox"
            else f"select row_to_json(t)::text from {table} t"
        )
        assert not any("canary" in str(row) for row in rows)
