"""python -m tests.benchmarks [NAME …] [--scale 0.05]: a table, and .local/bench.json."""

import argparse
import gc
import importlib
import os
import pkgutil

import uvloop

from deploy.environment import LOCAL
from tests import benchmarks
from tests.benchmarks.sizes import scale
from tests.benchmarks.table import Row, save, show
from tests.servers import running_kafka, running_postgres


CORES = 2  # ours, our peers', and both servers' together


def main() -> None:
    """Every module here that has a `measure(postgres, kafka)` adds its rows."""
    given = _parsed()
    scale(given.scale)
    _stay_on_two_cores()
    gc.freeze()  # as our own processes do: both sides of every comparison run like them
    gc.set_threshold(10_000, 20, 20)
    rows: list[Row] = []
    with running_postgres() as postgres, running_kafka() as kafka:
        for name in _measuring(given.names):
            module = importlib.import_module(f"tests.benchmarks.{name}")
            if hasattr(module, "measure"):
                print(f"measuring {name} …", flush=True)
                rows += uvloop.run(module.measure(postgres, kafka))
                save(rows, LOCAL / "bench.json")
    show(rows)


def _parsed() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    options.add_argument("names", nargs="*", help="modules to measure; all unless given")
    options.add_argument("--scale", type=float, default=1.0, help="part of every row's size")
    return options.parse_args()


def _measuring(names: list[str]) -> list[str]:
    found = [each.name for each in pkgutil.iter_modules(benchmarks.__path__)]
    return [name for name in found if not name.startswith("_") and (not names or name in names)]


def _stay_on_two_cores() -> None:
    """Everything that is started from here stays there too."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))


if __name__ == "__main__":
    main()
