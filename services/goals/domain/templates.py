"""The library of goals in plain words: read from templates.json beside this file.

The words are our own, written for this library; none is taken from an instrument. A clinic adds
its own and hides those that it does not use.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from shared.errors import Invalid
from shared.events.words import GoalKind, GoalMethod, Modality


FILE = Path(__file__).with_name("templates.json")
LIBRARY = UUID("5b0f4f4e-6f4a-4c5e-9b8e-6d0a7c1f2e31")  # under which library templates get ids
KINDS = tuple(GoalKind)


@dataclass(frozen=True)
class Template:
    """A goal to begin from; for goal attainment scaling with five sketched levels."""

    template_id: UUID
    kind: GoalKind
    title: str
    description: str
    modalities: tuple[Modality, ...]
    method: GoalMethod
    levels: tuple[str, ...] | None
    library: bool = True
    retired: bool = False

    @property
    def place(self) -> tuple[int, str, UUID]:
        """Where it stands in a list: by kind in the order of screens, then by title."""
        return KINDS.index(self.kind), self.title, self.template_id


@cache
def library() -> dict[UUID, Template]:
    """Every template that comes with the software, by id; the id follows from its code."""
    made = [_template(**given) for given in json.loads(FILE.read_bytes())]
    return {template.template_id: template for template in made}


def _template(
    code: str,
    kind: str,
    title: str,
    description: str,
    modalities: Sequence[str],
    method: str,
    levels: Sequence[str] | None,
) -> Template:
    return Template(
        uuid5(LIBRARY, code),
        GoalKind(kind),
        title,
        description,
        tuple(Modality(one) for one in modalities),
        GoalMethod(method),
        None if levels is None else tuple(levels),
    )


def levels_fit(method: GoalMethod, levels: Sequence[str] | None) -> None:
    """Invalid when a template's levels and its way of rating do not belong together."""
    if method is GoalMethod.GAS and levels is None:
        raise Invalid.of("levels", "must be five described levels, from -2 to +2")
    if method is GoalMethod.GBO and levels is not None:
        raise Invalid.of("levels", "belongs to goal attainment scaling only")
