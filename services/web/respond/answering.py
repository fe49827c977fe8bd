"""Starting, one question a page, or all of them on one."""

from fastapi import Response

from services.web.respond.drawing import drawn, show_crisis, to
from services.web.respond.ending import later
from services.web.respond.views import Question, minutes, questions
from services.web.respond.visitor import Visitor, keep
from services.web.respond.words import name_of
from services.web.visit import Form


CHECK, ALL = "/respond/check", "/respond/all"


def start(visitor: Visitor) -> Response:
    """What is asked, how long it takes, who reads it, in which language and how."""
    if visitor.me["state"] == "used":
        return to("/respond/sent")
    asked = visitor.me["number_of_items"]
    return drawn(
        visitor,
        "respond/start.html",
        items=asked,
        asks_safety=visitor.me["asks_safety"],
        minutes=minutes(asked),
        languages=[(each, name_of(each)) for each in visitor.languages],
        chosen=visitor.language,
        all_on_one=bool(visitor.kept.get("all")),
    )


async def begin(visitor: Visitor) -> Response:
    """Keep the choices; on to the first question that has no answer yet."""
    form = await _form(visitor)
    language = form.get("language", visitor.language)
    chosen = language if language in visitor.languages else visitor.language
    kept = {**visitor.kept, "language": chosen, "all": form.get("how") == "all"}
    response = to(ALL if kept["all"] else _first_open(visitor))
    keep(visitor.request, response, kept)
    return response


def _first_open(visitor: Visitor) -> str:
    open_ = [n for n, each in enumerate(visitor.measure.numbers, 1) if each not in visitor.answers]
    return f"/respond/question/{open_[0]}" if open_ else CHECK


async def question(visitor: Visitor, place: int, error: str = "", status: int = 200) -> Response:
    """One question. One about safety is not asked while the crisis text cannot be shown."""
    asked = questions(visitor)
    if visitor.me["state"] == "used":
        return to("/respond/sent")
    if not 1 <= place <= len(asked):
        return to(CHECK)
    one = asked[place - 1]
    if one.safety_from is not None and visitor.texts is None:
        return later(visitor.request)
    await show_crisis(visitor)
    return drawn(
        visitor,
        "respond/question.html",
        status=status,
        question=one,
        error=error,
        back="/respond" if place == 1 else f"/respond/question/{place - 1}",
        changing="change" in visitor.request.query_params,
        look_back=visitor.measure.look_back_days,
        may_skip=visitor.measure.scoring.may_miss > 0,
    )


async def answer(visitor: Visitor, place: int) -> Response:
    """Save one answer and go on: to the next question, or back to where it was changed from."""
    asked = questions(visitor)
    if not 1 <= place <= len(asked):
        return to(CHECK)
    one, form = asked[place - 1], await _form(visitor)
    value = _given(form, "answer", one)
    if value is None and not (visitor.measure.scoring.may_miss and not form.get("answer")):
        return await question(visitor, place, _why(visitor, one, form.get("answer")), 422)
    if value is not None:
        await _save(visitor, one, value)
    if form.get("changing") or place == len(asked):
        return to(CHECK)
    return to(f"/respond/question/{place + 1}")


async def everything(
    visitor: Visitor, missing: list[tuple[int, str]] | None = None, status: int = 200
) -> Response:
    """All questions on one page."""
    if visitor.me["state"] == "used":
        return to("/respond/sent")
    asked = questions(visitor)
    if visitor.texts is None and any(one.safety_from is not None for one in asked):
        return later(visitor.request)
    await show_crisis(visitor)
    return drawn(
        visitor,
        "respond/all.html",
        status=status,
        questions=asked,
        missing=missing or [],
        look_back=visitor.measure.look_back_days,
    )


async def answer_all(visitor: Visitor) -> Response:
    """Save what was answered; the page again, naming what is missing."""
    form, missing = await _form(visitor), []
    for one in questions(visitor):
        typed = form.get(f"answer-{one.number}")
        value = _given(form, f"answer-{one.number}", one)
        if value is not None:
            await _save(visitor, one, value)
            visitor.answers[one.number] = value
        elif typed or one.chosen is None:
            missing.append((one.place, _why(visitor, one, typed)))
    visitor.me["safety"] = bool(visitor.measure.safety(visitor.answers))
    if len(missing) > visitor.measure.scoring.may_miss:
        return await everything(visitor, missing, 422)
    return to(CHECK)


def _why(visitor: Visitor, one: Question, typed: str | None) -> str:
    """Why an answer is not taken: there is none, or it is no mark on the line."""
    if typed and one.line:
        return visitor.say["line"].format(low=one.line[0], high=one.line[1])
    return visitor.say["missing"].format(n=one.place)


async def _form(visitor: Visitor) -> Form:
    sent = await visitor.request.form()
    return Form({k: v.strip() for k, v in sent.multi_items() if isinstance(v, str)})


def _given(form: Form, field: str, one: Question) -> int | None:
    """The answer in a form, when it is one that the question has."""
    value = form.number(field)
    if one.line:
        return value if value is not None and one.line[0] <= value <= one.line[1] else None
    return value if value in dict(one.choices) else None


async def _save(visitor: Visitor, one: Question, value: int) -> None:
    await visitor.act(f"/answers/{one.number}", {"value": value}, method="PUT")
