"""A flag in plain words: what stands in the facts, never that somebody is safe or at what risk."""

from datetime import date

from services.progress.domain.measures import known
from services.progress.domain.state import Because


KINDS = {
    "symptom_relief": "symptom relief",
    "insight": "insight",
    "behaviour_change": "behaviour change",
    "emotional_regulation": "emotional regulation",
    "relationships": "relationships",
    "personal_growth": "personal growth",
    "resilience": "resilience",
    "well_being": "well-being",
}


def sentence(because: Because, day: date) -> str:
    """Why a clinician should look; `day` is the weightiest fact's date on the clinic's calendar."""
    on = f"{day.day} {day:%B %Y}"
    match because.what:
        case "item":
            text = f"{_name(because.code)} item {because.first} answered {because.value} on {on}"
            text += _occasions(because.times, "answers above 0")
            return f"{text}; any answer above 0 asks for a clinician's look."
        case "measure":
            first, value = (_points(because.code, n) for n in (because.first, because.value))
            text = f"{_name(because.code)} went from {first} to {value} on {on}"
        case _:
            kind = KINDS.get(because.code, because.code)
            article = "An" if kind[0] in "aeiou" else "A"
            text = f"{article} {kind} goal fell from {because.first} to {because.value} on {on}"
    text += _occasions(because.times, "scores reliably worse than the first")
    return f"{text}; a change of this size asks for a review."


def _name(code: str) -> str:
    measure = known(code, "1")
    return measure.name if measure else code.upper()


def _points(code: str, total: int) -> str:
    measure = known(code, "1")
    return measure.words(total) if measure else str(total)


def _occasions(times: int, what: str) -> str:
    return f" ({times} {what} in this case)" if times > 1 else ""
