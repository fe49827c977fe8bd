"""Errors name the field as the caller wrote it, in every kind of parameter."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import FastAPI, Query

from shared import problems


class Colour(StrEnum):
    """A set of words."""

    RED = "red"
    BLUE = "blue"


app = FastAPI()
problems.install(app)


@app.get("/{way}")
async def asked(
    way: Literal["up", "down"],
    one: Colour = Colour.RED,
    either: Literal["any"] | Colour | None = None,
    number: int | Colour = 0,
    many: Annotated[list[Colour], Query()] = [],  # noqa: B006
    text: Annotated[str, Query(min_length=1, max_length=3)] = "x",
) -> dict[str, Any]:
    """Every kind of parameter that takes words of a set."""
    return {}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/up?one=nope", [("one", "must be one of 'red' or 'blue'")]),
        ("/up?either=nope", [("either", "must be one of 'any', 'red' or 'blue'")]),
        ("/sideways", [("way", "must be one of 'up' or 'down'")]),
        ("/up?text=", [("text", "must not be empty")]),
        ("/up?text=nope", [("text", "must not be longer than 3 characters")]),
        ("/up?many=red&many=nope", [("many.1", "must be one of 'red' or 'blue'")]),
        (
            "/up?number=nope",
            [("number", "must be a whole number"), ("number", "must be one of 'red' or 'blue'")],
        ),
    ],
)
async def test_a_parameter_is_named_as_it_was_written(
    path: str, said: list[tuple[str, str]]
) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        answer = await http.get(path)
    assert answer.status_code == 422
    assert [(each["field"], each["message"]) for each in answer.json()["errors"]] == said
    assert "nope" not in answer.text
