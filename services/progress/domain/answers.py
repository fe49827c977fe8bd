"""What answers to questionnaires, and what was said in words, make of a case."""

from uuid import UUID

from services.progress.domain import facts
from services.progress.domain.measures import checked, items_tell_more, number_of
from services.progress.domain.packed import octets, stamp
from services.progress.domain.rules import Cause, Told, reassess
from services.progress.domain.series import compared, counting
from services.progress.domain.state import (
    ANSWERS,
    CODES,
    DISCLOSURES,
    UNKNOWN,
    UNSENT,
    Case,
    Measure,
)
from shared.events.measures import Change
from shared.events.words import Rule


CODE_NUMBERS = {code: number for number, code in enumerate(CODES)}
MOST = 2**16 - 1  # the numbers of coming that a row has room for


def measure_completed(case: Case, fact: facts.MeasureCompleted, cause: Cause) -> list[Told]:
    """Answers take their place in time."""
    answer, counts, row = _row(fact, cause.event_id, _coming(case))
    client = octets(fact.client_id)
    measure = _measure(case, fact.measure, client)
    measure.answers, newest = ANSWERS.add(measure.answers, row)
    if items_tell_more(fact.measure, fact.version):
        measure.items[octets(fact.response_id)] = _kept(fact.items)
    _settle(measure, fact.version if newest else "")
    safety = reassess(case, Rule.SI_ITEM, client, cause) if answer not in (0, UNKNOWN) else []
    if not counts or (newest and not _is_worse(measure)):
        return safety  # nearly all: a newest score that did not fall neither raises nor clears
    return safety + reassess(case, Rule.DETERIORATION, client, cause)


def _is_worse(measure: Measure) -> bool:
    """Whether the newest score, which counts, is reliably worse than the first."""
    first = next(counting(measure))
    return compared(measure, first, ANSWERS.last(measure.answers)) is Change.RELIABLY_WORSE


def measure_amended(case: Case, fact: facts.MeasureAmended, cause: Cause) -> list[Told]:
    """Answers were wrong: these stand as if they had come at once, maybe for somebody else.

    Answers never heard of, and voided ones, are passed over.
    """
    id_ = octets(fact.response_id)
    found = _holding(case, id_)
    if found is None:
        return []
    was, old = found
    # Told of somebody else, it is a new fact about them: a flag on it is not the other one's.
    event = ANSWERS.unpack(old)[2] if was.client == octets(fact.client_id) else cause.event_id
    row = _row(fact, event, ANSWERS.unpack(old)[7])[2]
    was.answers = ANSWERS.without(was.answers, id_)
    was.items.pop(id_, None)
    measure = _measure(case, fact.measure, octets(fact.client_id))
    measure.answers = ANSWERS.restore(measure.answers, row)
    if items_tell_more(fact.measure, fact.version):
        measure.items[id_] = _kept(fact.items)
    if measure is not was:
        _settle(was)
        if not was.answers and not was.voided:
            case.measures.remove(was)
    _settle(measure, fact.version)
    return _reassess(case, cause, was.client, measure.client)


def measure_voided(case: Case, fact: facts.MeasureVoided, cause: Cause) -> list[Told]:
    """Answers do not count any more; they stay where they were, marked."""
    id_ = octets(fact.response_id)
    found = _holding(case, id_)
    if found is None:
        return []
    measure, old = found
    measure.answers = ANSWERS.without(measure.answers, id_)
    measure.voided = ANSWERS.restore(measure.voided, old)
    _settle(measure)
    return _reassess(case, cause, measure.client)


def disclosed(case: Case, fact: facts.DisclosureRecorded, cause: Cause) -> list[Told]:
    """Somebody said in words what a safety item asks."""
    said = (stamp(fact.disclosed_at), octets(fact.disclosure_id), cause.event_id)
    return _asks_for_a_look(case, said, CODE_NUMBERS[fact.disclosure], fact.client_id, cause)


def left_unsent(case: Case, fact: facts.SafetyLeftUnsent, cause: Cause) -> list[Told]:
    """A safety item was answered above 0 and not sent. What is sent later comes beside it."""
    answered = (stamp(fact.answered_at), octets(fact.link_id), cause.event_id)
    return _asks_for_a_look(case, answered, UNSENT, fact.client_id, cause)


def _asks_for_a_look(
    case: Case, what: tuple[int, bytes, bytes], code: int, client_id: UUID, cause: Cause
) -> list[Told]:
    client = octets(client_id)
    if client not in case.disclosers:
        case.disclosers.append(client)
    row = DISCLOSURES.pack(*what, code, case.disclosers.index(client))
    case.disclosures, _ = DISCLOSURES.add(case.disclosures, row)
    return reassess(case, Rule.SI_ITEM, client, cause)


def disclosure_voided(case: Case, fact: facts.DisclosureVoided, cause: Cause) -> list[Told]:
    """What was recorded as said does not count; one never heard of is passed over."""
    id_ = octets(fact.disclosure_id)
    if (row := DISCLOSURES.find(case.disclosures, id_)) is None:
        return []
    case.disclosures = DISCLOSURES.without(case.disclosures, id_)
    return reassess(case, Rule.SI_ITEM, case.disclosers[DISCLOSURES.unpack(row)[4]], cause)


def _row(fact: facts.Answered, event: bytes, number: int) -> tuple[int, bool, bytes]:
    """The answer to the safety item, whether the total counts, and both in a row."""
    told, counts = checked(fact.measure, fact.version, fact.total, fact.items, fact.usable)
    answer = UNKNOWN if told is None else told
    row = ANSWERS.pack(
        stamp(fact.answered_at),
        octets(fact.response_id),
        event,
        fact.total,
        answer,
        number_of(fact.version),
        counts,
        number,
    )
    return answer, counts, row


def _coming(case: Case) -> int:
    """The number of the answers that come next, over all measures: they may change places."""
    size = sum(len(measure.answers) + len(measure.voided) for measure in case.measures)
    return min(size // ANSWERS.size, MOST)


def _kept(items: dict[str, int]) -> str:
    return " ".join(f"{number}={items[number]}" for number in sorted(items, key=int))


def _measure(case: Case, code: str, client: bytes) -> Measure:
    for measure in case.measures:
        if measure.code == code and measure.client == client:
            return measure
    case.measures.append(Measure(code, client, ""))
    return case.measures[-1]


def _holding(case: Case, response: bytes) -> tuple[Measure, bytes] | None:
    for measure in case.measures:
        if row := ANSWERS.find(measure.answers, response):
            return measure, row
    return None


def _settle(measure: Measure, version: str = "") -> None:
    """The first total that counts, and the newest answers' version, from the rows."""
    measure.first = next((row[3] for row in ANSWERS.rows(measure.answers) if row[6]), 0)
    if measure.answers and (number := ANSWERS.last(measure.answers)[5]):
        measure.version = str(number)
    else:
        measure.version = version or measure.version


def _reassess(case: Case, cause: Cause, *clients: bytes) -> list[Told]:
    told: list[Told] = []
    for client in dict.fromkeys(clients):
        told += reassess(case, Rule.SI_ITEM, client, cause)
        told += reassess(case, Rule.DETERIORATION, client, cause)
    return told
