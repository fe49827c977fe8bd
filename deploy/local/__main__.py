"""python -m deploy.local ACT: run, stop, reset, look, break and mend the system of a folder."""

import argparse
import asyncio
import sys
from pathlib import Path

from deploy.environment import LOCAL
from deploy.local import controls, mending, mischief, rebuilding, start
from deploy.local.place import DEFAULT_BASE, Place
from deploy.ports import NotStarted


MENDING = (
    ("rebuild",),
    ("switch", "n"),
    ("switch-back", "n"),
    ("repair", "case"),
    ("new-incarnation", "service"),
    ("accept-topic", "service", "topic"),
    ("restore-place", "service"),
)


def main() -> None:
    """Do one thing; what is wrong is said in one sentence."""
    given = _parsed()
    try:
        _act(given)
    except NotStarted as error:
        sys.exit(f"Tidemark: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parsed() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    options.add_argument("--folder", type=Path, default=LOCAL)
    acts = options.add_subparsers(dest="act", required=True)
    acts.add_parser("run").add_argument("--port", type=int, default=DEFAULT_BASE)
    for name in ("stop", "reset", "status", "demo-foreign"):
        acts.add_parser(name)
    for name in ("logs", "kill"):
        acts.add_parser(name).add_argument("service")
    acts.add_parser("demo-broken").add_argument("case", nargs="?")
    acts.add_parser("incidents")
    acts.add_parser("reconcile").add_argument("case", nargs="?")
    for name, *needs in MENDING:
        act = acts.add_parser(name)
        for need in needs:
            act.add_argument(need)
        act.add_argument("--reason", default="")
        if name == "restore-place":
            act.add_argument("--from", dest="start", choices=["beginning"])
    return options.parse_args()


def _act(given: argparse.Namespace) -> None:
    folder: Path = given.folder
    match given.act:
        case "run":
            start.run(Place(folder, given.port))
        case "stop":
            controls.stop(folder)
        case "reset":
            controls.reset(folder)
        case "status":
            print(controls.status(folder))
        case "logs":
            controls.follow(folder, given.service)
        case "kill":
            print(controls.kill(folder, given.service))
        case "demo-broken":
            print(asyncio.run(mischief.broken(folder, given.case)))
        case "demo-foreign":
            print(asyncio.run(mischief.foreign(folder)))
        case _:
            _mend(folder, given)


def _mend(folder: Path, given: argparse.Namespace) -> None:
    match given.act:
        case "rebuild":
            print(rebuilding.rebuild(folder, given.reason, print))
        case "switch" | "switch-back":
            print(rebuilding.turn(folder, given.n, given.act, given.reason, print))
        case "repair":
            print(rebuilding.repair(folder, given.case, given.reason))
        case "new-incarnation":
            begun = mending.new_incarnation(folder, given.service, given.reason)
            print(asyncio.run(begun))
        case "accept-topic":
            taken = mending.accept_topic(folder, given.service, given.topic, given.reason)
            print(asyncio.run(taken))
        case "restore-place":
            begin = bool(given.start)
            made = mending.restore_place(folder, given.service, given.reason, begin)
            print(asyncio.run(made))
        case "reconcile":
            print(asyncio.run(mending.reconciled(folder, given.case)))
        case "incidents":
            print(rebuilding.incidents(folder))


if __name__ == "__main__":
    main()
