"""A flag in plain words: what stands in the facts, never that somebody is safe or at what risk."""

from collections.abc import Callable
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
DISCLOSED = {
    "suicidal_thoughts": "thoughts of suicide",
    "suicide_plan": "a plan for suicide",
    "self_harm": "self-harm",
}
REPEAT_BANDS = ((91, "within 91 days"), (182, "92 to 182 days"), (273, "183 to 273 days"))


def sentence(because: Because, day: date) -> str:
    """Why a clinician should look; `day` is the weightiest fact's date on the clinic's calendar."""
    return SENTENCES[because.what](because, f"{day.day} {day:%B %Y}")


def _item(because: Because, on: str) -> str:
    text = f"{_name(because.code)} item {because.first} answered {because.value} on {on}"
    text += _occasions(because.times, "answers above 0 or disclosures")
    return f"{text}; any answer above 0 asks for a clinician's look."


def _disclosure(because: Because, on: str) -> str:
    text = f"The client spoke of {DISCLOSED.get(because.code, because.code)} on {on}"
    text += _occasions(because.times, "answers above 0 or disclosures")
    return f"{text}; this asks for a clinician's look."


def _unsent(because: Because, on: str) -> str:
    text = f"A safety item was answered above 0 on a link on {on}: answered, not sent"
    text += _occasions(because.times, "answers above 0 or disclosures")
    return f"{text}; which answer it was is not known, so it asks for a clinician's look now."


def _measure(because: Because, on: str) -> str:
    first, value = (points(because.code, n) for n in (because.first, because.value))
    text = f"{_name(because.code)} went from {first} to {value} on {on}"
    return f"{text}{_worse(because.times)}; a change of this size asks for a review."


def _goal(because: Because, on: str) -> str:
    text = f"{a_goal(because.code)} fell from {because.first} to {because.value} on {on}"
    return f"{text}{_worse(because.times)}; a change of this size asks for a review."


def _track(because: Because, on: str) -> str:
    first, value = (points(because.code, n) for n in (because.first, because.value))
    return (
        f"{_name(because.code)} was {first} at first and {value} by {on}, without a reliable"
        " improvement by the treatment session at which the clinic looks"
        f"{_occasions(because.times, 'measures so')}; what could help is worth a review."
    )


def _recovered(because: Because, on: str) -> str:
    first, value = (points(because.code, n) for n in (because.first, because.value))
    return (
        f"{_name(because.code)} went from {first} to {value} by {on}, a reliable recovery that held"
        " over consecutive scores; an ending and how to keep well can be planned."
    )


def _stalled(because: Because, on: str) -> str:
    first, value, goal = because.first, because.value, a_goal(because.code)
    if value < first:
        text = f"{goal} went down from {first} to {value} over its ratings up to {on}"
    elif value == first:
        text = f"{goal} was at {value} on {on}, as several ratings before, and gained nothing"
    else:
        text = f"{goal} went from {first} to {value} over its ratings up to {on}, a gain too small"
        text += " to count"
    return f"{text}{_occasions(because.times, 'standstills')}; it may need to be agreed anew."


def _review(because: Because, on: str) -> str:
    return (
        f"{a_goal(because.code)} is at level {level(because.value)}, below the expected 0, and"
        f" its review was due before {on}{_occasions(because.times, 'standstills')}; it may need to"
        " be agreed anew."
    )


def _missed(because: Because, on: str) -> str:
    if because.value < 2:
        text = f"The client did not attend on {on}{_occasions(because.times, 'times')}"
    else:
        text = f"The client did not attend {because.value} sessions in a row, the last on {on}"
    return f"{text}; contact is to be tried, after a look at the open flags."


def _late(because: Because, on: str) -> str:
    text = f"The client came too late to be seen on {on}{_occasions(because.times, 'times')}"
    return f"{text}; this is neither attended nor missed."


def _unpaired(because: Because, on: str) -> str:
    window = f"within {_days(because.first)} of" if because.first else "on the day of"
    if because.times > 1:
        return (
            f"{because.times} treatment sessions, the last on {on}, have no score {window} them;"
            " without it nobody can tell how things moved."
        )
    return (
        f"There is no score {window} the treatment session on {on};"
        " without it nobody can tell how things moved."
    )


def _waiting(because: Because, on: str) -> str:
    return (
        f"Still waiting for a first treatment session: more than {because.first} days since the"
        f" referral, as of {on}; how things are may have changed meanwhile."
    )


def _waited(because: Because, on: str) -> str:
    return (
        f"The first treatment session came {because.value} days after the referral, more than"
        f" {because.first}; the limit was passed on {on}."
    )


def _untreated(because: Because, on: str) -> str:
    return (
        f"The case ended {_days(because.value)} after the referral without a treatment session,"
        f" more than {because.first}; the limit was passed on {on}."
    )


def _gap(because: Because, on: str) -> str:
    return (
        f"{because.value} days lay between the first and the second treatment session, more than"
        f" {because.first}; the limit was passed on {on}."
    )


def _gap_ended(because: Because, on: str) -> str:
    return (
        f"The case ended {_days(because.value)} after its only treatment session, more than"
        f" {because.first}; the limit was passed on {on}."
    )


def _gap_lasts(because: Because, on: str) -> str:
    return (
        f"More than {because.first} days since the first treatment session, as of {on}, and no"
        " second one yet."
    )


def _silence(because: Because, on: str) -> str:
    return (
        f"An open case without treatment contact for more than {because.first} days, since {on};"
        " contact, or an ending with its reason, is due."
    )


def _repeat(because: Because, on: str) -> str:
    band = next((words for most, words in REPEAT_BANDS if because.value <= most), "over 273 days")
    after = f"{_days(because.value)} after" if because.value else "on the day on which"
    return (
        f"Referred on {on}, {after} a course of somebody of the same name and date of birth ended"
        f" here ({band}); if it is the same person, what brought them back is worth asking."
    )


def _concern(because: Because, on: str) -> str:
    return f"Somebody here raised a concern on {on}; it is for the safeguarding lead."


SENTENCES: dict[str, Callable[[Because, str], str]] = {
    "item": _item,
    "disclosure": _disclosure,
    "unsent": _unsent,
    "measure": _measure,
    "goal": _goal,
    "track": _track,
    "recovered": _recovered,
    "stalled": _stalled,
    "review": _review,
    "missed": _missed,
    "late": _late,
    "unpaired": _unpaired,
    "waiting": _waiting,
    "waited": _waited,
    "untreated": _untreated,
    "gap": _gap,
    "gap_ended": _gap_ended,
    "gap_lasts": _gap_lasts,
    "silence": _silence,
    "repeat": _repeat,
    "concern": _concern,
}


def a_goal(code: str) -> str:
    """A goal by its kind, as a sentence begins: `An insight goal`."""
    kind = KINDS.get(code, code)
    return f"{'An' if kind[0] in 'aeiou' else 'A'} {kind} goal"


def _name(code: str) -> str:
    measure = known(code, "1")
    return measure.name if measure else code.upper()


def points(code: str, total: int) -> str:
    """A total in units as people say it: in points of its questionnaire."""
    measure = known(code, "1")
    return measure.words(total) if measure else str(total)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def level(value: int) -> str:
    """A described level, with the sign that people write."""
    return f"\N{MINUS SIGN}{-value}" if value < 0 else str(value)


def _worse(times: int) -> str:
    return _occasions(times, "scores or ratings reliably worse than the first")


def _occasions(times: int, what: str) -> str:
    return f" ({times} {what} in this case)" if times > 1 else ""
