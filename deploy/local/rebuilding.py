"""Rebuilds from a terminal, as operations: the same calls that a button makes."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from deploy.local import cases, records
from deploy.ports import NotStarted


LOOK = 0.5  # seconds between two looks
PATIENCE = 60.0  # seconds that a worker has to repair a case
OPEN = ("asked", "building")


def rebuild(folder: Path, reason: str, say: Callable[[str], None]) -> str:
    """Build a new version beside the live one; say how far it is, then what came of it."""
    call = _operations(folder)
    number = call("POST", "rebuilds", {"reason": _given(reason)})["number"]
    return _followed(call, number, OPEN, say)


def turn(folder: Path, number: str, act: str, reason: str, say: Callable[[str], None]) -> str:
    """Switch to a rebuilt version, or back from it."""
    if not number.isdigit():
        raise NotStarted("say which rebuild with N=; make rebuild names it")
    call = _operations(folder)
    call("POST", f"rebuilds/{number}/{act}", {"reason": _given(reason)})
    return _followed(call, int(number), (), say)


def repair(folder: Path, case: str, reason: str) -> str:
    """Fold one case anew from the log; it is named by its number or id."""
    call = _operations(folder)
    case_id = asyncio.run(cases.id_of(records.read(folder / "demo.json"), case))
    asked = call("POST", f"cases/{case_id}/repair", {"reason": _given(reason)})
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        every = call("GET", "repairs", None)["items"]
        found = next(each for each in every if each["repair_id"] == asked["repair_id"])
        if found["done_at"]:
            return f"case {case}: {found['outcome']}"
        time.sleep(LOOK)
    return f"asked for repair {asked['repair_id']}; the worker has not begun it: make status"


def incidents(folder: Path) -> str:
    """Cases that are not what the log says."""
    items = _operations(folder)("GET", "incidents", None)["items"]
    lines = [
        f"{each['case_id']}  {each['what']:<40} found {each['found_at']}"
        f"  {'repaired ' + each['repaired_at'] if each['repaired_at'] else 'open'}"
        for each in items
    ]
    return "\n".join(lines) or "no case differs from what the log says"


def _followed(
    call: Callable[..., Any], number: int, open_: tuple[str, ...], say: Callable[[str], None]
) -> str:
    while True:
        found = call("GET", f"rebuilds/{number}", None)
        waiting = any(act["done_at"] is None for act in found["acts"])
        switches = found["state"] == "compared" and found["automatic"]  # by itself, in a moment
        if found["state"] not in open_ and not waiting and not switches:
            return _told(found)
        if found["state"] == "building":
            left = f", {found['seconds_left']:.0f} s left" if found["seconds_left"] else ""
            done, total = found["events_done"], found["events_total"]
            say(f"  {done:,} of {total:,} events, {found['events_per_second']:,.0f} a second{left}")
        time.sleep(LOOK)


def _told(found: dict[str, Any]) -> str:
    lines = [f"rebuild {found['number']}: {found['state']}"]
    if found["problem"]:
        lines.append(f"  {found['problem']}")
    if found["compared_at"]:
        lines.append(
            f"  cases: {found['equal']} equal, {found['different']} different,"
            f" {found['only_live']} only live, {found['only_rebuilt']} only rebuilt"
        )
    if found["stand_still"]:
        lines.append(f"  {found['stand_still']} stand still: an event of theirs cannot be read")
    lines += [
        f"  {each['differences']} differences in {each['cases']} cases: {each['reason']}"
        for each in found["by_reason"]
    ]
    lines += [f"    {each['case_id']}  {each['what']}" for each in found["differences"][:20]]
    lines += [f"  {act['act']}: {act['outcome']}" for act in found["acts"]]
    if found["state"] == "compared":
        lines.append(f"  to let everybody read it: make switch N={found['number']} REASON=…")
    if found["state"] == "switched":
        lines.append(f"  to go back: make switch-back N={found['number']} REASON=…")
    return "\n".join(lines)


def _given(reason: str) -> str:
    if not reason.strip():
        raise NotStarted('say why with REASON="…": it is kept')
    return reason


def _operations(folder: Path) -> Callable[[str, str, Any], Any]:
    """Calls to progress as the demo's operations person."""
    demo: dict[str, Any] = records.read(folder / "demo.json")
    if not demo:
        raise NotStarted("nothing runs here: make run")
    token = next(each["token"] for each in demo["staff"] if each["role"] == "operations")

    def call(method: str, path: str, body: Any) -> Any:
        request = urllib.request.Request(
            f"{demo['services']['progress']}/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                **({"Idempotency-Key": str(uuid4())} if body else {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as said:
                return json.load(said)
        except urllib.error.HTTPError as refused:
            told = json.loads(refused.read() or b"{}")
            raise NotStarted(told.get("detail") or told.get("title") or str(refused)) from None
        except OSError:
            raise NotStarted("progress does not answer: make status") from None

    return call
