"""The state of a case: all that its facts so far add up to, and how it is kept as bytes."""

from msgspec import Struct, field, msgpack

from services.progress.domain.packed import Layout
from shared.errors import NotItsOwn
from shared.events.goals import GOAL_CHANGE
from shared.events.words import (
    Attendance,
    Disclosure,
    GoalKind,
    GoalMethod,
    GoalStatus,
    RatedBy,
    Rule,
    SessionKind,
    Severity,
)


# Rows of a goal's ratings: rated_at, rating id, event id, value on the goal's scale, who rated, for
# which client (0: none of them, else the place in `Goal.members`, from 1), number of its coming.
# A corrected row keeps its event id and its number: it is the same fact, told right.
RATINGS = Layout("16s16sbBBH")
# Rows of a measure's answers: answered_at, response id, event id, total in units, answer to the
# safety item, version of the definition (0: none that is a number up to 255, so none that we know),
# 1 when the total counts (0: it disagreed with its items), number of its coming.
ANSWERS = Layout("16s16siBBBH")
# Rows of a case's sessions: starts_at, appointment id, event id, what became of it, what for.
SESSIONS = Layout("16s16sBB")
# Rows of what was disclosed in words: disclosed_at, disclosure id, event id, code, client's number
# among the case's clients of the disclosures (`Case.disclosers`). A safety item that was answered
# and not sent stands among them, by its link, with the code UNSENT.
DISCLOSURES = Layout("16s16sBB")

GOAL_WORDS = frozenset(str(word) for code in (GoalKind, GoalMethod, GoalStatus) for word in code)
UNKNOWN = 255  # the safety item was not told: that is not an answer of 0
RATERS = tuple(rater.value for rater in RatedBy)
OUTCOMES = tuple(Attendance)
KINDS = tuple(SessionKind)
CODES = tuple(Disclosure)
UNSENT = 254  # nothing was said in words: a safety item above 0 was not sent, which is not told
BOOKED = 255  # nobody has said yet what became of a session
NOT_TOLD = 255  # nobody has said yet what a session was for

RECENT = 50  # so many of the newest events can be waited for by id
MARK = 8  # bytes of an id that are kept for that; random enough to tell fifty events apart


class Goal(Struct, array_like=True):
    """One goal; `kind` is None until it is heard of, and its ratings wait until then.

    `first` and `best` are of the goal's own line (see lines.py); of a shared goal that are the
    ratings which are for none of its members.
    """

    kind: str | None = None
    target: int = 0
    owner: str = ""
    client: bytes | None = None
    first: int = 0
    best: int = 0
    ratings: bytes = b""
    method: str = "gbo"
    status: str = "active"
    status_at: int = 0  # since when, microseconds
    weight: int = 1
    review_on: int | None = None  # the day's ordinal
    voided: bytes = b""  # ratings that do not count any more, as rows like the others
    members: list[bytes] = field(default_factory=list)  # clients whom its rows name by number
    reliable_change: int = GOAL_CHANGE  # so many points of 0 to 10 are more than chance
    mixed: bool = False  # whether more than one of client and clinician has rated
    still: int = 0  # up to so many ratings its standstill is known: the next few need no look
    baseline: int | None = None  # the level at which it began, where that was told


class Measure(Struct, array_like=True):
    """One questionnaire of one client. `first` is the earliest total that counts."""

    code: str
    client: bytes
    version: str
    first: int = 0
    answers: bytes = b""
    voided: bytes = b""
    # Item answers by response id, where totals alone do not tell (DIALOG, WSAS): "n=v n=v".
    items: dict[bytes, str] = field(default_factory=dict)


class Because(Struct, array_like=True, frozen=True):
    """What a flag's sentence is made from: the fact that weighs most, in codes and numbers."""

    what: str  # which sentence: see sentences.py
    code: str  # the measure's code, the goal's kind, what was disclosed
    first: int  # where it stood at first; for an item its number
    value: int
    at: int  # microseconds
    times: int  # how many facts of this kind there are


class Flag(Struct, array_like=True):
    """A clinician should look. `cleared` when what it rested on no longer stands."""

    id: bytes
    rule: Rule
    client: bytes | None
    severity: Severity
    raised_at: int
    evidence: list[bytes]
    because: Because
    cleared: bool = False
    version: int = 1  # the rule's
    parameters: dict[str, int] = field(default_factory=dict)  # that were in force for it
    grown_at: int = 0  # when it last came to more: evidence, a rise, or raised again


class Case(Struct, array_like=True):
    """One course of care as progress knows it; pending until its opening is heard of."""

    clinic: bytes
    clinician: bytes | None = None
    number: str | None = None
    clients: list[bytes] = field(default_factory=list)
    status: str = "pending"
    goals: dict[bytes, Goal] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    sessions: bytes = b""
    flags: list[Flag] = field(default_factory=list)
    recent: bytes = b""
    modality: str = ""
    received_at: int | None = None  # the referral, for waits
    opened_at: int | None = None
    closed_at: int | None = None
    end_code: str = ""
    previous_closed_at: int | None = None  # when a course of the same name and birth ended
    previous_end_code: str = ""
    disclosures: bytes = b""
    disclosers: list[bytes] = field(default_factory=list)
    due_at: int | None = None  # when a rule of time may next say something else
    numbers: int = 0  # which of its clinic's numbers its flags were last evaluated under
    opening: bytes = b""  # the first event of the case, for rules of waiting to rest on
    looked: int = 0  # the latest moment at which a rule was asked: time never goes back

    def heard_of(self, event_id: bytes) -> bool:
        """Whether this event is among the newest that the state rests on."""
        wanted = event_id[:MARK]
        return any(self.recent[n : n + MARK] == wanted for n in range(0, len(self.recent), MARK))


encode = msgpack.Encoder().encode
decode = msgpack.Decoder(Case).decode


# What is raised where a state or a row holds what no code writes: msgspec's and pydantic's errors
# are ValueErrors, and a moment at the calendar's end is of another type.
SPOILT = (ValueError, LookupError, TypeError, OverflowError)


class Unreadable(NotItsOwn):
    """A case's state is not one: whatever is to go into it waits for the case's repair."""


def readable(state: bytes) -> Case | None:
    """The case that these bytes are; None when they are none: then it has to be repaired."""
    try:
        case = decode(state)
    except ValueError:  # msgspec's errors are ValueErrors
        return None
    return case if _sound(case) else None


def _sound(case: Case) -> bool:
    """Whether the rows that are packed inside can be taken apart, and its words are known."""
    packed = [(SESSIONS, case.sessions), (DISCLOSURES, case.disclosures)]
    packed += [(RATINGS, rows) for g in case.goals.values() for rows in (g.ratings, g.voided)]
    packed += [(ANSWERS, rows) for m in case.measures for rows in (m.answers, m.voided)]
    said = {word for g in case.goals.values() if g.kind for word in (g.kind, g.method, g.status)}
    whole = all(len(rows) % kind.size == 0 for kind, rows in packed)
    return len(case.clinic) == 16 and whole and said <= GOAL_WORDS


encode_because = msgpack.Encoder().encode
decode_because = msgpack.Decoder(Because).decode
