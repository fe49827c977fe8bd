"""Which flag an act was about, in words: a list has many, and a slip should be noticed."""

from collections.abc import Mapping
from typing import Any

from services.web import words
from services.web.cases import by_id
from services.web.clients import part
from services.web.visit import Visit


async def named(visit: Visit, told: Mapping[str, Any]) -> str:
    """`“missed a session” of Nadia Rahman`; without her where names are away.

    Empty where it is not told which rule that is.
    """
    if "rule" not in told:
        return ""
    cases = await part(visit.api.get("intake", "/v1/cases", ids=told["case_id"]))
    case = by_id(cases.items).get(told["case_id"])
    title = f"“{words.said(words.RULES, told['rule'])}”"
    return f"{title} of {case.name}" if case else title
