"""Parked events: what could not be read, by cause; preview and redrive."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from services.web import words
from services.web.charts.words import count
from services.web.clients import part
from services.web.freshness import read_now
from services.web.operations.names import names
from services.web.operations.readers import PUBLISHERS, READS
from services.web.problems import NotThere, Refused
from services.web.visit import Form, Visit


FOREIGN, SKIPPED = "foreign", "skipped"
OUTCOME = re.compile(r"(dry run: )?(skipped, )?(\d+) handed on(?:, then (\w+))?")


@dataclass(frozen=True)
class Group:
    """The parked events of one service with one cause; of strangers' records, all readers'."""

    service: str
    topic: str
    cause: str
    items: list[dict[str, Any]]

    @property
    def foreign(self) -> bool:
        """Whether these are strangers' records, which block nobody."""
        return bool(self.items[0]["state"] == FOREIGN)

    @property
    def says(self) -> str:
        """The group in one sentence."""
        if self.foreign:
            return (
                f"{count(len(self.items), 'record')} on {self.topic} not written by its publisher"
            )
        return (
            f"{count(len(self.items), 'event')} from {self.topic} cannot be read by {self.service}"
        )

    @property
    def waiting(self) -> int:
        """Events that queue behind them."""
        return sum(item.get("waiting") or 0 for item in self.items)


async def parked(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """All parked events of all services."""
    services = [name for name in PUBLISHERS if name in READS]
    answers = await asyncio.gather(
        *(part(visit.api.every(name, "/v1/parked", skipped=True)) for name in services)
    )
    told = dict(zip(services, (answer.items for answer in answers), strict=True))
    groups = [group for name in services for group in grouped(name, in_state(told[name]))]
    groups += strangers({name: in_state(told[name], FOREIGN) for name in services})
    skipped = [each for name in services for each in left_out(name, told[name])]
    shown = [each for group in groups for each in group.items] + skipped
    return visit.page(
        "operations/parked.html",
        status=status,
        title="Parked events",
        fresh=read_now("Parked events", visit.now),
        form=form or Form(),
        groups=sorted(groups, key=lambda group: (group.foreign, group.items[0]["since"])),
        outcome_words=outcome_words,
        outcome_title=outcome_title,
        cause_words=cause_words,
        skipped=skipped,
        names=await names(visit, (each["key"] for each in shown)),
        unanswered=any(each.get("unanswered") for each in shown),
        away=[name for name, answer in zip(services, answers, strict=True) if answer.away],
        counts={"parked": sum(len(g.items) for g in groups if not g.foreign)},
    )


def outcome_title(item: dict[str, Any]) -> str:
    """Of which act its outcome is: a preview of one stands beside the button of the other."""
    found = OUTCOME.fullmatch(item["outcome"])
    if item.get("unanswered"):
        return "Outcome of the try before"
    if found and found[1]:
        return f"What a preview of {'skipping' if found[2] else 'redriving'} it said"
    return "Outcome of the last try"


def outcome_words(outcome: str) -> str:
    """What came of a preview or a redrive, in a sentence."""
    found = OUTCOME.fullmatch(outcome)
    if not found:
        plain = outcome.replace("dry run: ", "preview: ")
        return f"{plain[:1].upper()}{plain[1:]}."
    dry, skipped, done, cause = found[1], found[2], int(found[3]), found[4]
    verb = "would be" if dry else "was" if done < 2 else "were"
    said = f"{count(done, 'event') if done else 'Nothing'} {verb} read"
    if skipped:
        behind = f"{count(done, 'event')} behind it" if done else "nothing behind it"
        said = f"It {'would be' if dry else 'was'} left out for good, and {behind} {verb} read"
    if cause is None:
        return f"{said}; then nothing of this case is set aside any more."
    return f"{said}; {'the next' if done else 'the first'} still cannot be. {cause_words(cause)}."


def cause_words(cause: str) -> str:
    """Why an event could not be read; an error's class where it is no fault of the event's form."""
    return words.PARKED_CAUSES.get(cause) or f"The reader failed on it ({cause})"


def in_state(items: list[dict[str, Any]], state: str = "blocking") -> list[dict[str, Any]]:
    """Those of the items that block their case, or are what is asked for."""
    return [item for item in items if item["state"] == state]


def left_out(service: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a service skips for good, each once: several versions of it may have met it."""
    found: dict[tuple[str, int, int], dict[str, Any]] = {}
    for item in in_state(items, SKIPPED):
        place = (item["topic"], item["partition"], item["offset"])
        if place not in found or item["skip"]:
            found[place] = item | {"service": service}
    return list(found.values())


def strangers(told: dict[str, list[dict[str, Any]]]) -> list[Group]:
    """Records that no publisher of ours wrote, each once, with all who read past it."""
    seen: dict[tuple[str, int, int], dict[str, Any]] = {}
    for service, items in told.items():
        for item in items:
            place = (item["topic"], item["partition"], item["offset"])
            seen.setdefault(place, item | {"readers": []})["readers"].append(service)
    return grouped("", list(seen.values()))


def grouped(service: str, items: list[dict[str, Any]]) -> list[Group]:
    """By topic and cause, the oldest first."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for item in sorted(items, key=lambda each: each["since"]):
        groups.setdefault((item["topic"], item["cause"]), []).append(item)
    return [Group(service, topic, cause, found) for (topic, cause), found in groups.items()]


def wished(form: Form, dry: bool) -> dict[str, Any]:
    """What a service is asked for: a look changes nothing, so it needs no reason."""
    return ({"reason": form["reason"]} if form.get("reason") else {}) | {"dry_run": dry}


async def redrive(visit: Visit, service: str, parked_id: str) -> Response:
    """Preview it, or hand the key's parked events to the handlers again."""
    if service not in READS:
        raise NotThere
    form = await visit.form()
    dry = form.get("act") != "redrive"
    if not dry and not form.get("reason"):
        form.wrong(f"reason-{parked_id}", "Write the reason; it is kept with your name")
        return await parked(visit, form, 422)
    body = wished(form, dry)
    try:
        await visit.api.act(service, f"/v1/parked/{parked_id}/redrive", body, form.key)
    except Refused as refused:
        form.errors = [("", refused.detail)]
        return await parked(visit, form, refused.status)
    return visit.done("/operations/parked", "previewing" if dry else "redriving")
