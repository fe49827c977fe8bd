"""Other numbers tried on the past: so many more, so many fewer, on which cases; nothing changes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.clinics import RulesChanged, RuleValue
from shared.events.rules import RuleParameter
from shared.events.words import Attendance, Role, Rule
from tests.progress.desk import Clinic
from tests.progress.histories import Story, at
from tests.progress.scenarios import DAY
from tests.progress.test_sweep import swept


AGO = 120  # days before the start of all histories: what is tried lies in the past


def breach(days: int) -> dict[str, Any]:
    return {"rule": "WAIT_BREACH", "parameter": "days", "value": days}


async def treated(clinic: Clinic, *after: float) -> list[Story]:
    """Cases of the clinic whose first treatment came so many days after the referral."""
    made = []
    for days in after:
        story = Story(clinic_id=clinic.story.clinic_id)
        seen = story.attended(uuid4(), Attendance.ATTENDED, (days - AGO) * DAY)
        await clinic.world.happens(story.opened(-AGO * DAY), seen)
        made.append(story)
    return made


async def tried(
    clinic: Clinic,
    *rules: dict[str, Any],
    role: Role = Role.CLINICAL_LEAD,
    since: datetime | None = None,
) -> Any:
    path = f"clinics/{clinic.story.clinic_id}/rules/try"
    period = {"since": since.isoformat()} if since else {}
    return await clinic.desk(role).post(path, {"rules": list(rules), **period})


async def test_a_shorter_limit_would_flag_more(clinic: Clinic) -> None:
    stories = await treated(clinic, 5, 30, 35, 50)
    found = (await tried(clinic, breach(28))).json()
    assert (found["cases"], found["more"], found["fewer"]) == (5, 2, 0)
    more = {each["case_id"] for each in found["differences"] if each["change"] == "more"}
    assert more == {str(story.case_id) for story in stories[1:3]}
    [sooner] = [each for each in found["differences"] if each["change"] != "more"]
    assert (sooner["change"], sooner["case_id"]) == ("sooner", str(stories[3].case_id))
    assert all("more than 28" in each["sentence"] for each in found["differences"])


async def test_a_longer_one_would_flag_fewer(clinic: Clinic) -> None:
    await treated(clinic, 5, 50, 90)
    found = (await tried(clinic, breach(84))).json()
    assert (found["more"], found["fewer"]) == (0, 1)
    [rule] = found["rules"]
    assert (rule["before"], rule["after"]) == (2, 1)


async def test_more_of_one_rule_and_fewer_of_another(clinic: Clinic) -> None:
    [story] = await treated(clinic, 35)
    for when in (40, 41):
        await clinic.world.happens(
            story.attended(uuid4(), Attendance.DID_NOT_ATTEND, (when - AGO) * DAY)
        )
    three = {"rule": "DNA_2", "parameter": "in_a_row", "value": 3}
    found = (await tried(clinic, breach(28), three)).json()
    assert (found["more"], found["fewer"]) == (1, 1)


async def test_a_rule_switched_off_would_flag_nothing(clinic: Clinic) -> None:
    await treated(clinic, 50)
    found = (await tried(clinic, {"rule": "WAIT_BREACH", "parameter": "on", "value": 0})).json()
    assert (found["more"], found["fewer"]) == (0, 1)


async def test_no_flag_changes(clinic: Clinic) -> None:
    await treated(clinic, 30, 50)
    asked = "select row_to_json(f)::text from live.flag f order by flag_id"
    before, told = await clinic.world.rows(asked), await clinic.world.told()
    await tried(clinic, breach(28))
    assert await clinic.world.rows(asked) == before
    assert await clinic.world.told() == told


@pytest.mark.parametrize(
    "number",
    [
        breach(5),
        {"rule": "SI_ITEM", "parameter": "on", "value": 0},
        {"rule": "SI_ITEM", "parameter": "version", "value": 1},
        {"rule": "NOT_ON_TRACK", "parameter": "version", "value": 3},
    ],
)
async def test_a_number_out_of_its_range_is_not_tried(
    clinic: Clinic, number: dict[str, Any]
) -> None:
    answer = await tried(clinic, number)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "rules.0.value")


async def test_only_a_lead_of_the_clinic_tries(clinic: Clinic) -> None:
    assert (await tried(clinic, breach(28), role=Role.CLINICIAN)).status_code == 403
    stranger = clinic.desk(Role.CLINICAL_LEAD, clinic=uuid4())
    path = f"clinics/{clinic.story.clinic_id}/rules/try"
    assert (await stranger.post(path, {"rules": [breach(28)]})).status_code == 404


def pick(rule: str, version: int) -> dict[str, Any]:
    return {"rule": rule, "parameter": "version", "value": version}


async def scored(clinic: Clinic, *totals: int, sessions: int = 6, ago: int = AGO) -> Story:
    """A case with weekly sessions and PHQ-9 totals, all of them long past."""
    story = Story(clinic_id=clinic.story.clinic_id)
    weeks = [(n * 7 - ago) * DAY for n in range(max(sessions, len(totals)))]
    seen = [story.attended(uuid4(), Attendance.ATTENDED, when) for when in weeks[:sessions]]
    answers = [
        story.answered(total, None, when + 60) for total, when in zip(totals, weeks, strict=False)
    ]
    await clinic.world.happens(story.opened(-ago * DAY), *seen, *answers)
    return story


async def test_a_version_of_a_rule_is_tried_like_a_number(clinic: Clinic) -> None:
    """12, 11: a point better is enough for version 1; version 2 asks for a reliable improvement."""
    little, reliable = await scored(clinic, 12, 11), await scored(clinic, 12, 6)
    found = (await tried(clinic, pick("NOT_ON_TRACK", 2))).json()
    assert (found["more"], found["fewer"]) == (1, 0)
    [one] = found["differences"]
    assert one["case_id"] == str(little.case_id) != str(reliable.case_id)
    assert (one["severity_before"], one["severity_after"]) == (None, "medium")
    assert "measures so in this case" not in one["sentence"]  # there is one


async def test_a_version_that_asks_for_more_flags_fewer(clinic: Clinic) -> None:
    """PHQ-9 recovered; GAD-7 went from 3 to 7, reliably worse and still below its cut-off."""
    story = await scored(clinic, 15, 9, 9)
    worse = [story.answered(t, None, (n - AGO) * DAY, "gad-7") for n, t in ((2, 3), (20, 7))]
    await clinic.world.happens(*worse)
    found = (await tried(clinic, pick("RECOVERED_READY", 2))).json()
    assert (found["more"], found["fewer"]) == (0, 1)


async def test_a_version_that_is_switched_on_raises_flags_that_store_it(clinic: Clinic) -> None:
    """What the trial counts is what then comes, and each flag says by which version."""
    await scored(clinic, 12, 11)
    assert (await tried(clinic, pick("NOT_ON_TRACK", 2))).json()["more"] == 1
    await clinic.world.happens(switched_to(clinic, 2, at(-2 * AGO * DAY)))
    later = await scored(clinic, 12, 11)
    shown = await clinic.desk(Role.CLINICAL_LEAD).get("flags", case_id=later.case_id)
    [flag] = [each for each in shown.json()["items"] if each["rule"] == "NOT_ON_TRACK"]
    assert (flag["rule_version"], "a little better" in flag["rule_words"]) == (2, True)
    back = (await tried(clinic, pick("NOT_ON_TRACK", 1))).json()
    assert (back["more"], back["fewer"]) == (0, 2)


def switched_to(clinic: Clinic, version: int, since: datetime) -> RulesChanged:
    """The clinic's numbers from a moment on: NOT_ON_TRACK in one of its versions."""
    return RulesChanged(
        occurred_at=since,
        clinic_id=clinic.story.clinic_id,
        version=3 - version,
        effective_from=since,
        values=(RuleValue(rule=Rule.NOT_ON_TRACK, parameter=RuleParameter.VERSION, value=version),),
    )


async def test_a_flag_that_is_open_by_earlier_numbers_is_named_as_open(clinic: Clinic) -> None:
    """Facts count by the numbers of their time: what was raised stays, and is no news."""
    await clinic.world.happens(switched_to(clinic, 2, at(-2 * AGO * DAY)))
    story = await scored(clinic, 12, 11)
    await clinic.world.happens(switched_to(clinic, 1, at((50 - AGO) * DAY)))
    new = await scored(clinic, 12, 11, ago=AGO - 60)
    found = (await tried(clinic, pick("NOT_ON_TRACK", 2))).json()
    opened = {each["case_id"]: each["open_now"] for each in found["differences"]}
    assert opened == {str(story.case_id): True, str(new.case_id): False}


async def test_flags_that_would_be_more_severe_are_counted_by_severity(clinic: Clinic) -> None:
    """An answer of 1 is high, and urgent where the clinic says so; one of 2 is urgent anyway."""
    for answer in (1, 1, 2):
        story = Story(clinic_id=clinic.story.clinic_id)
        await clinic.world.happens(story.opened(-AGO * DAY), story.answered(5, answer, -DAY))
    urgent = {"rule": "SI_ITEM", "parameter": "urgent_from", "value": 1}
    found = (await tried(clinic, urgent)).json()
    assert (found["more"], found["fewer"], found["rises"], found["falls"]) == (0, 0, 2, 0)
    assert found["severities"] == [{"change": "rises", "severity": "urgent", "flags": 2}]
    assert {(each["severity_before"], each["severity_after"]) for each in found["differences"]} == {
        ("high", "urgent")
    }


async def test_flags_that_would_fall_are_counted_too(clinic: Clinic) -> None:
    await treated(clinic, 130)  # more than 126 days: high; tried with 182 it is medium
    longer = {"rule": "WAIT_BREACH", "parameter": "red_days", "value": 182}
    found = (await tried(clinic, longer)).json()
    assert found["severities"] == [{"change": "falls", "severity": "medium", "flags": 1}]


async def test_a_flag_that_would_only_come_sooner_is_neither_more_nor_fewer(
    clinic: Clinic,
) -> None:
    await treated(clinic, 50)
    found = (await tried(clinic, breach(28))).json()
    assert (found["more"], found["fewer"], found["sooner"], found["later"]) == (0, 0, 1, 0)
    [moved] = found["differences"]
    same = moved["severity_before"] == moved["severity_after"]
    assert (moved["change"], moved["rule"], same) == ("sooner", "WAIT_BREACH", True)
    was, would = (datetime.fromisoformat(moved[f"raised_{n}"]) for n in ("before", "after"))
    assert was - would == timedelta(days=42 - 28)  # no clock changes in between


async def test_the_period_is_counted_to_the_microsecond_and_said(clinic: Clinic) -> None:
    """A breach is passed at the midnight after 28 days: it counts from then on, not a tick later.

    It lies in the clinic's own time zone.
    """
    await treated(clinic, 30)
    whole = (await tried(clinic, breach(28))).json()
    assert (whole["since"], whole["more"]) == (None, 1)
    assert whole["history_since"] == "2026-07-05T09:00:00Z"
    moment = datetime(2026, 8, 2, 12, tzinfo=UTC)  # Auckland's midnight after the 28th day
    for since, more in ((moment, 1), (moment + timedelta(microseconds=1), 0)):
        found = (await tried(clinic, breach(28), since=since)).json()
        assert (found["more"], datetime.fromisoformat(found["since"])) == (more, since)


async def test_a_period_that_has_not_begun_is_refused(clinic: Clinic) -> None:
    answer = await tried(clinic, breach(28), since=datetime.now(UTC) + timedelta(days=1))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "since")


async def test_a_flag_of_a_case_that_is_closed_by_now_counts_as_it_stood(clinic: Clinic) -> None:
    [story] = await treated(clinic, 30)
    await clinic.world.happens(story.closed(-DAY))
    assert (await tried(clinic, breach(28))).json()["more"] == 1


async def test_the_calendars_first_year_is_no_period(clinic: Clinic) -> None:
    """A database reads its first instant as "for ever"."""
    answer = await tried(clinic, breach(28), since=datetime.min.replace(tzinfo=UTC))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "since")


@pytest.mark.parametrize(
    ("held", "days", "change"), [(42, 28, "more"), (28, 42, "fewer"), (28, 28, None)]
)
async def test_what_comes_and_goes_at_once_is_what_the_switch_then_changes(
    clinic: Clinic, held: int, days: int, change: str | None
) -> None:
    """Waits count by what is in force as time is looked at."""
    now = datetime.now(UTC)
    await clinic.world.happens(breaches(clinic, 1, at(-AGO * DAY), held))
    _, case_id, _ = [str((await waiting(clinic, now, ago)).case_id) for ago in (10, 35, 50)]
    await waiting(clinic, now, 60, closed=True)
    await swept(clinic.world, now)
    stood = await breached(clinic)
    first = breach(days) | {"parameter": "from_days"}
    found = (await tried(clinic, breach(days), first)).json()
    said = {each["case_id"]: each["change"] for each in found["at_once"]}
    assert said == ({case_id: change} if change else {})
    counts = (found["comes_at_once"], found["goes_at_once"])
    assert counts == (int(change == "more"), int(change == "fewer"))
    await clinic.world.happens(breaches(clinic, 2, now, days))
    await swept(clinic.world, now)
    assert await breached(clinic) ^ stood == said.keys()


def breaches(clinic: Clinic, version: int, since: datetime, days: int) -> RulesChanged:
    """The clinic wants to know of waits after so many days."""
    names = (RuleParameter.DAYS, RuleParameter.FROM_DAYS)
    return RulesChanged(
        occurred_at=since,
        clinic_id=clinic.story.clinic_id,
        version=version,
        effective_from=since,
        values=tuple(RuleValue(rule=Rule.WAIT_BREACH, parameter=n, value=days) for n in names),
    )


async def waiting(clinic: Clinic, now: datetime, days: int, closed: bool = False) -> Story:
    """A case that has been waiting for its first treatment for so many days, or ended so."""
    story = Story(clinic_id=clinic.story.clinic_id)
    when = (now - timedelta(days=days) - at(0)) / timedelta(minutes=1)
    ended = [story.closed(when + 59 * DAY)] if closed else []
    await clinic.world.happens(story.opened(when), *ended)
    return story


async def breached(clinic: Clinic) -> set[str]:
    """The cases with a standing flag about their wait."""
    asked = "select case_id from live.flag where rule = 'WAIT_BREACH' and not cleared"
    return {str(row["case_id"]) for row in await clinic.world.rows(asked)}
