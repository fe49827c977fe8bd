"""python -m deploy.local run|stop|reset|status|logs|kill|demo-broken|demo-foreign."""

import argparse
import asyncio
import sys
from pathlib import Path

from deploy.environment import LOCAL
from deploy.local import controls, mischief, start
from deploy.local.place import DEFAULT_BASE, Place
from deploy.ports import NotStarted


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


if __name__ == "__main__":
    main()
