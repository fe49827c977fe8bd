"""What a flag rests on, what that is compared with, how it stands since: lines with links. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.clients import Part
from services.web.directory import Clinic
from services.web.flagging.words import GONE
from services.web.shell.fronts import CLINICIAN, Front
from services.web.visit import Visit
from services.web.walltime import wall


# Where what an event tells of has a page of its own; the lead's front end has the case page only.
PAGES = {"goals.goal_rated": "ratings", "goals.measure_completed": "answers"}
RATED = ("goals.goal_rated", "goals.attainment_rated")  # of one goal, where it is known which
PLACES = {
    "goals.goal_rated": "#h-goals",
    "goals.attainment_rated": "#h-goals",
    "goals.measure_completed": "#h-measures",
    "goals.disclosure_recorded": "#h-disclosed",
    "scheduling.attendance_recorded": "?events=all#h-tl",
}


@dataclass(frozen=True)
class Fact:
    """One value: what it says, when it was, where it stands; the goal in the client's own words."""

    words: str
    when: str
    href: str = ""
    own: str = ""


@dataclass(frozen=True)
class Telling:
    """What lines are made with: the flag's clinic, front end and case, and goals' own words."""

    clinic: Clinic
    now: datetime
    front: Front
    case_id: str
    titles: Mapping[str, str]


async def goals_named(visit: Visit, told: Mapping[str, Any]) -> dict[str, Any]:
    """The goals of a flag's case, asked for only where it rests on one."""
    if not any(each.get("goal_id") for each in (*told["rests_on"], *told["ended"])):
        return {"items": []}
    return await visit.api.every("goals", "/v1/goals", case_id=told["case_id"])


def titles_of(goals: Part) -> dict[str, str]:
    """Goals' own words by id; none while they cannot be asked."""
    return {goal["goal_id"]: goal["title"] for goal in goals.items}


def evidence(told: Mapping[str, Any], telling: Telling) -> dict[str, list[Fact]]:
    """The three lists of a flag's page, the newest first."""
    void = {each["event_id"]: each for each in told["ended"] if each["how"] == "voided"}
    rests_on = [_as_it_was(each, void) for each in told["rests_on"]]
    return {
        "evidence": [_fact(each, telling) for each in reversed(rests_on)],
        "compared": [_fact(each, telling) for each in told["compared_with"]],
        "since": [_fact(each, telling) for each in told["since"]],
    }


def _as_it_was(each: Mapping[str, Any], void: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """What was voided is told as it was, and that it counts no more."""
    was = void.get(each["event_id"])
    return {**was, "words": f"{was['words']} (voided)"} if was else each


def _fact(each: Mapping[str, Any], telling: Telling) -> Fact:
    if not each["type"]:
        return Fact(GONE, "")
    when = words.moment(wall(each["at"], telling.clinic.zone), telling.now)
    own = telling.titles.get(each["goal_id"] or "", "")
    return Fact(each["words"], when, _href(each, telling), own)


def _href(each: Mapping[str, Any], telling: Telling) -> str:
    case, kind = f"{telling.front.home}/cases/{telling.case_id}", each["type"]
    if kind in PAGES and telling.front == CLINICIAN:
        return f"{case}/{PAGES[kind]}/{each['subject_id']}"
    if kind in RATED and each["goal_id"]:
        own = telling.front == CLINICIAN  # the lead's front end has the goal on the case page
        return f"{case}/goals/{each['goal_id']}" if own else f"{case}#goal-{each['goal_id']}"
    return f"{case}{PLACES[kind]}" if kind in PLACES else ""
