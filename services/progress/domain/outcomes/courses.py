"""One client's course in a case: what NHS Talking Therapies counts of it, from the case's state."""

from dataclasses import dataclass

from services.progress.domain.outcomes.recovery import CaseOutcome, Pair, finished, outcome
from services.progress.domain.series import counting, definition_of
from services.progress.domain.state import KINDS, OUTCOMES, SESSIONS, Case
from shared.events.words import Attendance, SessionKind


# Both together make the outcome (domain sheet B.2 [S20][S21]).
TOGETHER = ("phq-9", "gad-7")
SEEN = frozenset(OUTCOMES.index(each) for each in (Attendance.ATTENDED, Attendance.LATE_SEEN))
TREATMENT = KINDS.index(SessionKind.TREATMENT)


@dataclass(frozen=True)
class Course:
    """A client's course: its scores so far, and what they come to once both were given twice."""

    client: bytes
    finished: bool
    firsts: int  # how many of the two measures were answered at all
    first_at_caseness: bool
    pairs: tuple[Pair, ...]
    outcome: CaseOutcome | None

    @property
    def not_at_caseness(self) -> bool:
        """Whether both first scores are known and below: who was no case cannot recover."""
        return self.firsts == len(TOGETHER) and not self.first_at_caseness


def treatments(case: Case) -> list[int]:
    """When treatment sessions took place; an assessment alone is none (T14)."""
    rows = SESSIONS.rows(case.sessions)
    return [at for at, _, _, outcome, kind in rows if outcome in SEEN and kind == TREATMENT]


def is_finished(case: Case) -> bool:
    """Whether the case ended after a course of treatment."""
    return case.status == "closed" and finished(len(treatments(case)))


def courses(case: Case) -> list[Course]:
    """Every client's course."""
    ended = is_finished(case)
    return [_course(case, client, ended) for client in case.clients]


def _course(case: Case, client: bytes, ended: bool) -> Course:
    pairs, firsts, at_caseness = [], 0, False
    for measure in case.measures:
        if measure.client != client or measure.code not in TOGETHER:
            continue
        rows = list(counting(measure))
        known = definition_of(measure, rows[0]) if rows else None
        if known is None:
            continue
        firsts += 1
        at_caseness = at_caseness or bool(known.at_caseness(rows[0][3]))
        if len(rows) > 1 and rows[0][5] == rows[-1][5]:
            pairs.append(Pair(known, rows[0][3], rows[-1][3]))
    pairs.sort(key=lambda pair: TOGETHER.index(pair.measure.code))
    return Course(client, ended, firsts, at_caseness, tuple(pairs), outcome(pairs))
