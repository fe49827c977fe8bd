"""What was answered and is in no figure of a case that stands still: from the record itself."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.cases import Case
from services.web.clients import part
from services.web.clinician.figures import name_of_measure
from services.web.clinician.record import Record
from services.web.directory import Clinic
from services.web.still.asking import standing_still
from services.web.visit import Visit
from services.web.walltime import wall


@dataclass(frozen=True)
class Answer:
    """One answered questionnaire that the projection has not taken in."""

    response_id: str
    name: str  # and of whom, where the case has several people
    at: str
    points: str
    safety: str  # its safety items in words, where one was answered with more than 0


async def stands(visit: Visit, found: Record) -> dict[str, Any] | None:
    """Since when the case stands still, as the projection tells it; None for one that goes on.

    One whose state nobody can read has no answer of its own: the list of all has it.
    """
    if found.shown:
        told: dict[str, Any] | None = found.shown.get("still")
        return told
    listed = await part(standing_still(visit, clinic_id=found.case.clinic_id))
    return next((one for one in listed.items if one["case_id"] == found.case.case_id), None)


async def answers_of(
    visit: Visit, found: Record, still: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """All that goals holds and progress does not show, newest first; nothing is asked of others.

    Asked of the record itself, by each measure that this clinic uses or the case has figures of.
    Where the projection shows nothing at all, what was answered since the day of the standstill.
    """
    if not still:
        return []
    shown = found.shown["measures"] if found.shown else []
    since = "" if found.shown else still["since"][:10]
    clinic, case_id = found.case.clinic_id, found.case.case_id
    measures = await visit.api.get("goals", "/v1/measures", clinic_id=clinic)
    codes = {each["code"].lower() for each in measures["items"] if each["pack"]["on"]}
    codes |= {each["measure"].lower() for each in shown}
    told = await asyncio.gather(
        *(
            visit.api.every("goals", f"/v1/measures/{code}/responses", case_id=case_id)
            for code in sorted(codes)
        )
    )
    answers = uncounted(shown, [each for one in told for each in one["items"]])
    answers = [each for each in answers if str(each["answered_at"]) >= since]
    return sorted(answers, key=lambda each: str(each["answered_at"]), reverse=True)


def uncounted(measures: list[dict[str, Any]], told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers that are in no figure of these; what was voided is to be in none."""
    known = {point.get("response_id") for each in measures for point in each["points"]}
    return [each for each in told if each["response_id"] not in known and not each["voided"]]


def answered(told: list[dict[str, Any]], case: Case, clinic: Clinic, now: datetime) -> list[Answer]:
    """The same in words."""
    several = {each["client_id"]: each["given_name"] for each in case.clients}
    people = several if len(several) > 1 else {}
    return [
        Answer(
            each["response_id"],
            ", ".join(
                filter(
                    None, (name_of_measure(each["measure"]), people.get(each.get("client_id", "")))
                )
            ),
            words.moment(wall(each["answered_at"], clinic.zone), now),
            f"{each['points']} points" if each["points"] is not None else "no total",
            _safety(each["safety"]),
        )
        for each in told
    ]


def _safety(items: dict[str, int]) -> str:
    said = [f"item {item} about safety answered {value}" for item, value in items.items() if value]
    return ", ".join(said)
