"""python -m deploy.embedded --folder DIR --port-base N: both servers in the foreground."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from deploy.embedded import Kafka, Leash, Postgres
from deploy.environment import downloads
from deploy.ports import NotStarted


def main() -> None:
    """Start both, print their addresses, end them on Ctrl-C or SIGTERM."""
    options = argparse.ArgumentParser(prog="python -m deploy.embedded", description=__doc__)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--port-base", type=int, required=True, metavar="N")
    given = options.parse_args()
    folder, base = given.folder.resolve(), given.port_base
    folder.mkdir(parents=True, exist_ok=True)
    postgres = Postgres(folder / "postgres", base, folder / "postgres.log", quick=True)
    kafka = Kafka(folder / "kafka", base + 1, base + 2, folder / "kafka.log", downloads())
    ended = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    with Leash() as leash:
        try:
            leash.hold(postgres.start().pid)
            leash.hold(kafka.start().pid)
            print(f"TIDEMARK_ADMIN_URL={postgres.admin_url}")
            print(f"TIDEMARK_KAFKA={kafka.address}", flush=True)
            ended.wait()
        except NotStarted as error:
            sys.exit(str(error))
        finally:
            kafka.stop()
            postgres.stop()


if __name__ == "__main__":
    main()
