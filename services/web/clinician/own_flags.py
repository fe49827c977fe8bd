"""A clinician's own flags: of their cases, and those that were given to them."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from services.web.cases import Case, Flag, by_id, flags_of
from services.web.clients import Part, part
from services.web.visit import Visit


@dataclass(frozen=True)
class Own:
    """What there is to see to. One meaning of open everywhere: neither closed nor cleared."""

    open: list[Flag]
    me: str

    @property
    def to_acknowledge(self) -> list[Flag]:
        """Those of which nobody has said that they saw them."""
        return [flag for flag in self.open if flag.to_acknowledge]

    @property
    def taken(self) -> list[Flag]:
        """The others: somebody acknowledged them."""
        return [flag for flag in self.open if not flag.to_acknowledge]

    @property
    def given(self) -> list[Flag]:
        """Those that somebody else acknowledged and then gave to me."""
        return [
            flag
            for flag in self.taken
            if flag.assigned_to == self.me and (flag.acknowledged or {}).get("by") != self.me
        ]

    @property
    def needing(self) -> list[Flag]:
        """What wants me first: to be acknowledged, or given to me; in the order of all lists."""
        return sorted([*self.to_acknowledge, *self.given], key=lambda flag: flag.first)

    @property
    def to_act(self) -> list[Flag]:
        """Those about safety that somebody has seen while the time to act on them runs."""
        given = {flag.flag_id for flag in self.given}
        return [flag for flag in self.taken if flag.act_by and flag.flag_id not in given]

    @property
    def counted(self) -> str:
        """`3 to acknowledge, 1 given to you, 2 about safety seen and still to act on, 9 open …`."""
        said = [f"{len(self.to_acknowledge)} to acknowledge"]
        if self.given:
            said.append(f"{len(self.given)} given to you")
        if self.to_act:
            said.append(f"{len(self.to_act)} about safety seen and still to act on")
        return ", ".join([*said, f"{len(self.open)} open in all"])


def asked(visit: Visit) -> Awaitable[Any]:
    """The question to progress: all that are open, in cases that are closed too."""
    return visit.api.every("progress", "/v1/flags", whose=visit.staff_id, state="open")


async def own(visit: Visit, flags: Part, cases: dict[str, Case]) -> Own:
    """The answer with names, also of cases that are not one's own."""
    return Own(flags_of(flags.items, cases | await strangers(visit, flags, cases)), visit.staff_id)


async def strangers(visit: Visit, flags: Part, cases: dict[str, Case]) -> dict[str, Case]:
    """The cases of flags that are nobody's known here: they were given by a colleague."""
    ids = {item["case_id"] for item in flags.items} - set(cases)
    if not ids:
        return {}
    call = visit.api.every("intake", "/v1/cases", ids=",".join(sorted(ids)))
    return by_id((await part(call)).items)
