"""From a form to a goal as the service takes it. Pure but for the form's errors."""

from datetime import date
from typing import Any

from services.web.dates import coming_day, fields_of
from services.web.visit import Form
from services.web.words import LEVELS


ALL = "all"
REVIEW = "review_on"
LABELS = {
    "title": ("title", "The goal"),
    "description": ("description", "The description"),
    "target": ("target", "Target"),
    "weight": ("weight", "Weight"),
    "levels": ("level.0", "The levels"),
    "review_on": (REVIEW, "Review"),
    "rated_at": ("on", "The date"),
}
WORDS = {  # in the order in which the form asks
    "title": "Write the goal in the client’s own words",
    "kind": "Choose the kind of goal",
    "client_id": "Choose who rates this goal",
    "owner": "Choose who named this goal",
}
HEAVIEST = 100


def new_goal(case_id: str, form: Form, today: date) -> dict[str, Any] | None:
    """The goal as it is set; None, with the form's errors, when something is missing."""
    _required(form, WORDS)
    scale = _scale(form, form.get("method", "gbo"))
    review = coming_day(form, REVIEW, today)
    if form.errors:
        return None
    return {
        "case_id": case_id,
        "client_id": None if form["client_id"] == ALL else form["client_id"],
        "kind": form["kind"],
        "title": form["title"],
        "owner": form["owner"],
        "method": form.get("method", "gbo"),
        "status": "proposed" if form.get("status") == "proposed" else "active",
        **scale,
        **({"description": form["description"]} if form.get("description") else {}),
        **({"review_on": review.isoformat()} if review else {}),
    }


def revised(form: Form, method: str, today: date, *, review: bool = False) -> dict[str, Any] | None:
    """What a goal becomes; whose it is and how it is rated stay. None, with errors, when wrong.

    A review sets the next review date: without one nobody would be reminded any more.
    """
    _required(form, {field: words for field, words in WORDS.items() if field != "client_id"})
    scale = {k: v for k, v in _scale(form, method).items() if k != "baseline"}
    coming = coming_day(form, REVIEW, today)
    if review and coming is None and not form.error(REVIEW):
        form.wrong(REVIEW, "Choose when this goal is reviewed next")
    if form.errors:
        return None
    return {
        "version": form.number("version"),
        "kind": form["kind"],
        "title": form["title"],
        "owner": form["owner"],
        **scale,
        "description": form.get("description") or None,  # what was taken out is taken away
        **({"review_on": coming.isoformat()} if coming else {}),
    }


def filled(goal: dict[str, Any], today: date) -> Form:
    """A form that holds a goal as it is, without a review date that is past."""
    levels = goal.get("levels") or [""] * len(LEVELS)
    review = date.fromisoformat(goal["review_on"]) if goal.get("review_on") else None
    return Form(
        {
            "version": str(goal["version"]),
            "title": goal["title"],
            "description": goal["description"] or "",
            "kind": goal["kind"],
            "owner": goal["owner"],
            "target": str(goal["target"]),
            "weight": str(goal["weight"]),
        }
        | {f"level.{n}": text for n, text in zip(LEVELS, levels, strict=True)}
        | (fields_of(REVIEW, review) if review and review >= today else {})
    )


def from_template(template: dict[str, Any]) -> dict[str, str]:
    """What a template puts into an empty form."""
    levels = template.get("levels") or []
    return {
        "title": template["title"],
        "description": template.get("description") or "",
        "kind": template["kind"],
        "method": template["method"],
    } | {f"level.{n}": text for n, text in zip(LEVELS, levels, strict=False)}


def _required(form: Form, words: dict[str, str]) -> None:
    for field, message in words.items():
        if not form.get(field):
            form.wrong(field, message)


def _scale(form: Form, method: str) -> dict[str, Any]:
    return _levels(form) if method == "gas" else _target(form)


def _target(form: Form) -> dict[str, Any]:
    target = form.number("target")
    if not form.get("target"):
        form.wrong("target", "Choose a target")
    elif target is None or target > 10:
        form.wrong("target", "Target must be a whole number from 0 to 10")
    return {"target": target}


def levels_of(form: Form) -> list[str]:
    """Five described levels, lowest first; what is missing is noted in the form."""
    for level, name in LEVELS.items():
        if not form.get(f"level.{level}"):
            form.wrong(f"level.{level}", f"Describe the level “{name}”")
    return [form.get(f"level.{level}", "") for level in LEVELS]


def _levels(form: Form) -> dict[str, Any]:
    levels = levels_of(form)
    weight = form.number("weight") if form.get("weight") else 1
    if weight is None or weight > HEAVIEST:
        form.wrong("weight", f"Weight must be a whole number from 0 to {HEAVIEST}")
    return {"levels": levels, "weight": weight}
