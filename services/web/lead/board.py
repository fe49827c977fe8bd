"""The flag board: open flags by life cycle or by clinician, each with its clock; or as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import Response
from starlette.datastructures import QueryParams

from services.web import words
from services.web.cases import Case, Flag, by_id, flags_of
from services.web.clients import parts
from services.web.directory import Clinic
from services.web.flagging.clocks import Clock, clock_of
from services.web.flagging.hands import colleagues, hands
from services.web.flagging.history import within
from services.web.flagging.words import ACTIONS
from services.web.freshness import RISK_LIMIT, freshness
from services.web.lead.tiles import summary, tiles
from services.web.still.asking import left_out, standing_still
from services.web.still.left_out import cases_left_out
from services.web.still.standing import cases_of
from services.web.taking import take
from services.web.visit import Form, Visit
from services.web.walltime import wall


COLUMNS = (
    ("raised", "to acknowledge"),
    ("acknowledged", "somebody has seen it"),
    ("in_review", "being looked at with the client"),
    ("actioned", "done, waiting to be closed"),
)
WORSE = ("DETERIORATION", "NOT_ON_TRACK", "GOAL_STALLED")
MISSED = ("DNA_1", "DNA_2", "LATE_NOT_SEEN")
WAITS = ("WAIT_BREACH", "LONG_GAP", "DISENGAGED", *MISSED, "REPEAT_REFERRAL")
GROUPS: dict[str, tuple[str, Callable[[Flag, str], bool]]] = {
    "all": ("All", lambda flag, me: True),
    "mine": ("In my hands", lambda flag, me: flag.assigned_to == me),
    "safety": ("Safety", lambda flag, me: flag.rule == "SI_ITEM"),
    "worse": ("Worse, stuck or not on track", lambda flag, me: flag.rule in WORSE),
    "waits": ("Waits, gaps and missed sessions", lambda flag, me: flag.rule in WAITS),
    "untold": ("No score near a session", lambda flag, me: flag.rule == "OUTCOME_MISSING"),
    "good": ("Ready to end", lambda flag, me: flag.rule == "RECOVERED_READY"),
}
VIEWS = {"board": "Board", "table": "Table", "clinicians": "By clinician"}
SHOWN = 6  # cards of a column that stand without opening anything
PRESSING = ("urgent", "high")


@dataclass(frozen=True)
class Card:
    """A flag on the board."""

    flag: Flag
    clinician: str
    owner: str | None  # the id of whose case it is
    raised: str
    clock: Clock
    taken: str
    before: str  # who saw it before what came since; empty where nobody did

    @property
    def stands(self) -> str:
        """Since when it is raised, and who has it: `Raised 24 Nov 09:00; Acknowledged by …`."""
        return "; ".join(filter(None, (f"Raised {self.raised}", self.taken)))

    @property
    def first(self) -> tuple[bool, int, datetime, str]:
        """Its place among others: the order of every list of flags."""
        return self.flag.first


@dataclass(frozen=True)
class Column:
    """Flags that stand together: one state of their life, or one clinician's."""

    name: str
    says: str
    cards: list[Card]

    @property
    def shown(self) -> int:
        """How many stand without opening anything: never fewer than those that cannot wait."""
        return max(SHOWN, sum(card.flag.severity in PRESSING for card in self.cards))


async def board(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The lead's home page."""
    clinic = await visit.clinic()
    flags, cases, still, lacking = await parts(
        visit.api.every("progress", "/v1/flags", clinic_id=clinic.clinic_id, state="open"),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
        standing_still(visit, clinic_id=clinic.clinic_id),
        left_out(visit, clinic_id=clinic.clinic_id),
    )
    named, now = by_id(cases.items), wall(visit.now, clinic.zone)
    return visit.page(
        "lead/board.html",
        status=status,
        title="Flag board",
        clinic=clinic,
        fresh=freshness("Flags", flags.value, visit.now, RISK_LIMIT, still),
        form=form or Form(),
        flags=flags,
        still=still,
        standing_still=cases_of(still, named, clinic, now),
        left_out=lacking,
        left_out_cases=cases_left_out(lacking, named, clinic, now),
        counts={} if flags.away else {"flags": len(flags.items)},
        live="flags",
        people=lambda card: colleagues(visit.staff_id, clinic, card.flag.assigned_to, card.owner),
        **_shown(visit, flags_of(flags.items, named), named, clinic, _chosen(visit, form), now),
    )


def _chosen(visit: Visit, form: Form | None) -> tuple[str, str]:
    """The view and the group that were chosen: by the address, or by the one an act came from."""
    asked = (
        QueryParams(urlsplit(form.get("back", "")).query) if form else visit.request.query_params
    )
    view, group = asked.get("view", ""), asked.get("show", "")
    return view if view in VIEWS else "board", group if group in GROUPS else "all"


def _shown(
    visit: Visit,
    every: list[Flag],
    cases: dict[str, Case],
    clinic: Clinic,
    chosen: tuple[str, str],
    now: datetime,
) -> dict[str, Any]:
    """The view and the group, the figures, and the flags as cards."""
    view, group = chosen
    cards = sorted(cards_of(every, cases, clinic, now), key=lambda card: card.first)
    kept = [card for card in cards if GROUPS[group][1](card.flag, visit.staff_id)]

    def clock(flag: Flag) -> Clock:
        return clock_of(flag.clock, clinic.zone, now)

    return {
        "view": view,
        "views": [
            (name, f"/lead?view={code}&show={group}", code == view) for code, name in VIEWS.items()
        ],
        "group": group,
        "groups": groups(every, view, group, visit.staff_id),
        "here_again": f"/lead?view={view}&show={group}",
        "summary": summary(every, clock),
        "tiles": tiles(every, clock),
        "cards": kept,
        "columns": by_clinician(kept) if view == "clinicians" else columns_of(kept),
    }


def groups(flags: list[Flag], view: str, chosen: str, me: str) -> list[tuple[str, str, bool]]:
    """The filters with their counts, each a plain link."""
    return [
        (
            f"{name} {sum(wanted(flag, me) for flag in flags)}",
            f"/lead?view={view}&show={code}",
            code == chosen,
        )
        for code, (name, wanted) in GROUPS.items()
    ]


def cards_of(
    flags: list[Flag], cases: dict[str, Case], clinic: Clinic, now: datetime
) -> list[Card]:
    """Flags with the words around them."""
    owners = {case.case_id: case.clinician_id for case in cases.values()}
    return [card_of(flag, owners.get(flag.case_id), clinic, now) for flag in flags]


def card_of(flag: Flag, clinician_id: str | None, clinic: Clinic, now: datetime) -> Card:
    """A flag with the words around it."""
    return Card(
        flag=flag,
        clinician=clinic.who(clinician_id),
        owner=clinician_id,
        raised=words.moment(wall(flag.raised_at, clinic.zone), now),
        clock=clock_of(flag.clock, clinic.zone, now),
        taken=taken_words(flag, clinic, now),
        before=seen_words(flag.seen_before, clinic, now),
    )


def taken_words(flag: Flag, clinic: Clinic, now: datetime) -> str:
    """Who took a flag, when it was acted on, whose it is; empty while nobody has it."""
    said = seen_words(flag.acknowledged, clinic, now)
    return "; ".join(filter(None, (said, acted_words(flag, clinic, now), hands(flag, clinic))))


def acted_words(flag: Flag, clinic: Clinic, now: datetime) -> str:
    """`acted on today 02:30 by Mara Ellis: a safety plan was made`; empty where nobody has."""
    done = flag.actioned
    if not done:
        return ""
    what = words.said(ACTIONS, done["what"])
    at, who = within(done["at"], clinic, now), clinic.who(done["by"])
    return f"acted on {at} by {who}: {words.lower(what)}"


def seen_words(seen: dict[str, Any] | None, clinic: Clinic, now: datetime) -> str:
    """`Acknowledged by Mara Ellis, today 02:07: “rang back”`; empty for none."""
    if not seen:
        return ""
    said = f"Acknowledged by {clinic.who(seen['by'])}, {within(seen['at'], clinic, now)}"
    return f"{said}: “{seen['note']}”" if seen["note"] else said


def columns_of(cards: list[Card]) -> list[Column]:
    """The four columns of a flag's life."""
    return [
        Column(words.FLAG_STATES[state], says, [c for c in cards if c.flag.state == state])
        for state, says in COLUMNS
    ]


def by_clinician(cards: list[Card]) -> list[Column]:
    """A column for each clinician who has flags, by name."""
    names = sorted({card.clinician for card in cards})
    return [Column(name, "", [c for c in cards if c.clinician == name]) for name in names]


async def acknowledge(visit: Visit, flag_id: str) -> Response:
    """The lead takes a flag; by somebody faster: who that was."""
    return await take(visit, flag_id, board)
