"""python -m tests.benchmarks [NAME …]: measure all or those named; a table, .local/bench.json."""

import gc
import importlib
import pkgutil
import sys

import uvloop

from deploy.environment import LOCAL
from tests import benchmarks
from tests.benchmarks.table import Row, save, show
from tests.servers import running_kafka, running_postgres


def main(names: list[str]) -> None:
    """Every module here that has a `measure(postgres, kafka)` adds its rows."""
    gc.freeze()  # as our own processes do: both sides of every comparison run like them
    gc.set_threshold(10_000, 20, 20)
    rows: list[Row] = []
    with running_postgres() as postgres, running_kafka() as kafka:
        for found in pkgutil.iter_modules(benchmarks.__path__):
            if found.name.startswith("_") or (names and found.name not in names):
                continue
            module = importlib.import_module(f"tests.benchmarks.{found.name}")
            if hasattr(module, "measure"):
                print(f"measuring {found.name} …", flush=True)
                rows += uvloop.run(module.measure(postgres, kafka))
    show(rows)
    save(rows, LOCAL / "bench.json")


if __name__ == "__main__":
    main(sys.argv[1:])
