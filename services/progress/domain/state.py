"""The state of a case: all that its facts so far add up to, and how it is kept as bytes."""

from msgspec import Struct, field, msgpack

from services.progress.domain.packed import Layout
from shared.events.words import Attendance, RatedBy, Rule, Severity


# Rows of a goal's ratings: rated_at, rating id, event id, value, who rated.
RATINGS = Layout("16s16sBB")
# Rows of a measure's answers: answered_at, response id, event id, total, answer to the safety item.
ANSWERS = Layout("16s16shB")
# Rows of a case's sessions: starts_at, appointment id, outcome.
SESSIONS = Layout("16sB")

UNKNOWN = 255  # the safety item was not told: that is not an answer of 0
RATERS = tuple(rater.value for rater in RatedBy)
OUTCOMES = tuple(Attendance)

RECENT = 50  # so many of the newest events can be waited for by id
MARK = 8  # bytes of an id that are kept for that; random enough to tell fifty events apart


class Goal(Struct, array_like=True):
    """One goal; `kind` is None until it is heard of, and its ratings wait until then."""

    kind: str | None = None
    target: int = 0
    owner: str = ""
    client: bytes | None = None
    first: int = 0
    best: int = 0
    ratings: bytes = b""


class Measure(Struct, array_like=True):
    """One questionnaire of one client."""

    code: str
    client: bytes
    version: str
    first: int = 0
    answers: bytes = b""


class Because(Struct, array_like=True, frozen=True):
    """What a flag's sentence is made from: the fact that weighs most, in codes and numbers."""

    what: str  # "item", "measure" or "goal"
    code: str  # the measure's code or the goal's kind
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

    def heard_of(self, event_id: bytes) -> bool:
        """Whether this event is among the newest that the state rests on."""
        wanted = event_id[:MARK]
        return any(self.recent[n : n + MARK] == wanted for n in range(0, len(self.recent), MARK))


encode = msgpack.Encoder().encode
decode = msgpack.Decoder(Case).decode
encode_because = msgpack.Encoder().encode
decode_because = msgpack.Decoder(Because).decode
