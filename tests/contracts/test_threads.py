"""Nothing of a call runs in a thread: FastAPI sends every plain function there, and waits for it.

That is a third of a millisecond each, and three of them stood in the way of every call.
"""

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from deploy import static
from services.web.main import app as web
from shared.settings import Settings
from tests.contracts.test_tree import SERVICES


def made(name: str) -> FastAPI:
    """The application of a service, or of the pages."""
    if name == "web":
        return web(Settings(static_folder=static.prepare(lambda _: None)))
    app: FastAPI = importlib.import_module(f"services.{name}.main").service.api(Settings())
    return app


def in_threads(app: FastAPI) -> set[str]:
    """The names of handlers and dependencies that are plain functions."""
    told = [each for one in app.routes for each in getattr(one, "effective_route_contexts", list)()]
    told += [one for one in app.routes if isinstance(one, APIRoute)]
    assert told
    called = [call for each in told if each.dependant for call in calls(each.dependant)]
    return {f"{each.__module__}.{each.__qualname__}" for each in called if not waits(each)}


def calls(dependant: Dependant) -> Iterator[Any]:
    """All that FastAPI calls for a route."""
    if dependant.call is not None:
        yield dependant.call
    for each in dependant.dependencies:
        yield from calls(each)


def waits(call: Any) -> bool:
    """Whether it is called in the loop."""
    function = call if inspect.isroutine(call) else type(call).__call__
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


@pytest.mark.parametrize("name", [*SERVICES, "web"])
def test_no_part_of_a_call_runs_in_a_thread(name: str) -> None:
    assert in_threads(made(name)) == set()


def test_one_that_does_is_found() -> None:
    def plain() -> int:
        return 1

    router, app = APIRouter(), FastAPI()

    @router.get("/")
    async def one(given: int = Depends(plain)) -> int:
        return given

    @app.get("/two")
    def two() -> int:
        return 2

    app.include_router(router)
    assert in_threads(app) == {f"{each.__module__}.{each.__qualname__}" for each in (plain, two)}
