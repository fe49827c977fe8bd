"""What operations may call things by: a case's number, a clinic, a colleague; never a client."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from services.web.clients import part
from services.web.operations.incidents import is_case
from services.web.visit import Visit


MOST = 200  # ids that one question may name
NOBODY_IN_PERSON = {"system": "the release itself", "terminal": "somebody at a terminal"}


@dataclass(frozen=True)
class Known:
    """A case as far as operations knows it."""

    number: str  # empty for a key that is a clinic's and no case's
    clinic: str


@dataclass(frozen=True)
class Names:
    """Names for ids; where one is not known there are words, and never the id."""

    staff: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Known] = field(default_factory=dict)
    me: str = ""

    def who(self, sub: str | None) -> str:
        """Somebody of operations by name; oneself as such."""
        if sub and sub == self.me:
            return "you"
        named = NOBODY_IN_PERSON | self.staff
        return named.get(sub or "", "a colleague of operations")

    def of(self, key: str | None) -> Known | None:
        """The case or clinic that a key stands for; None for another clinic's or nobody's."""
        return self.keys.get((key or "").lower())

    def case(self, case_id: str) -> str:
        """A case's number with its clinic; empty where it is not known here."""
        known = self.of(case_id)
        return f"{known.number}, {known.clinic}" if known and known.number else ""


async def names(visit: Visit, keys: Iterable[str | None] = ()) -> Names:
    """Colleagues, and what these keys stand for; whatever is away is left out."""
    ids = sorted({key.lower() for key in keys if key and is_case(key)})[:MOST]
    staff, clinics, numbers = await asyncio.gather(
        part(visit.api.get("clinics", "/v1/staff/operations")),
        part(visit.api.every("clinics", "/v1/clinics")),
        part(_numbers(visit, ids)),
    )
    called = {each["clinic_id"]: each["name"] for each in clinics.items}
    known = {clinic_id: Known("", name) for clinic_id, name in called.items()}
    known |= {each["case_id"]: _known(each, called) for each in numbers.items}
    return Names({each["staff_id"]: each["name"] for each in staff.items}, known, visit.staff_id)


async def case_id_of(visit: Visit, typed: str) -> str | None:
    """The id of the case that somebody named by id or by number; None where there is no such."""
    if is_case(typed):
        return typed
    if not typed or len(typed) > 20:
        return None
    found = await visit.api.get("intake", "/v1/referrals/numbers", number=typed)
    return next((each["case_id"] for each in found["items"]), None)


async def _numbers(visit: Visit, ids: list[str]) -> dict[str, Any]:
    if not ids:
        return {"items": []}
    found: dict[str, Any] = await visit.api.get(
        "intake", "/v1/referrals/numbers", ids=",".join(ids)
    )
    return found


def _known(each: dict[str, Any], clinics: dict[str, str]) -> Known:
    return Known(each["case_number"], clinics.get(each["clinic_id"], "a clinic without a name"))
