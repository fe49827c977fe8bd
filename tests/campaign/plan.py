"""What is done to whom, and in which order: the same seed always makes the same plan."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of fault."""

    KILL = "kill"  # kill -9 at a moment of chance
    FAILPOINT = "failpoint"  # as kill -9, at a named place
    TWIN = "twin"  # a second worker under the first one's name claims its partitions, then dies
    JOIN = "join"  # a third worker joins and dies: two rebalances
    STORM = "storm"  # one worker after the other joins and dies: a rebalance every second or two
    ZOMBIE = "zombie"  # a worker is stopped past its session, others take over, it goes on
    DEPOSED = "deposed"  # a relay is stopped, its session cut, another relays; then it goes on
    CUT = "cut"  # every session of a service's worker is ended
    RESTART = "restart"  # the broker ends in order and begins again
    FULL = "full"  # the disk of a server is full for a while
    HANG = "hang"  # the broker stops answering, past the session time-out, and goes on
    STUCK = "stuck"  # a transaction of a publisher's database stays open
    STRANGE = "strange"  # an unreadable event, one of an unknown type, a stranger's record


REFUSED = "campaign: refused"  # the processors' line about a write; its `state` says by what
RELAY_PLACES = ("relay.after_mark", "relay.between_sends", "relay.after_acks")
READER_PLACES = ("consumer.before_commit", "consumer.after_commit")
# The message's row says that it is being sent; the letter lies in the mailbox, the row not yet.
SENDER_PLACES = ("notifications.sending", "notifications.sent")
STORM_OF = 3
WORKERS = ("clinics", "intake", "scheduling", "goals", "notifications")
PROCESSORS = ("progress-1", "progress-2")
SERVERS = ("postgres", "kafka")

# Who dies, and how often: servers take everybody with them, so they die less often.
VICTIMS = {**dict.fromkeys(("goals-api", "goals-standby", "progress-api"), 2)}
VICTIMS |= (
    dict.fromkeys(WORKERS[1:], 4)
    | {"clinics": 1}
    | dict.fromkeys(PROCESSORS, 8)
    | dict.fromkeys(SERVERS, 1)
)

PLACES = [
    *((name, place) for name in ("intake", "scheduling", "goals") for place in RELAY_PLACES),
    *((name, place) for name in ("goals", "notifications") for place in READER_PLACES),
    *(("notifications", place) for place in SENDER_PLACES),
    *((name, "consumer.after_commit") for name in PROCESSORS for _ in range(3)),
]
WEIGHTS = {
    Kind.KILL: 56,
    Kind.FAILPOINT: 20,
    Kind.JOIN: 6,
    Kind.STORM: 1,
    Kind.TWIN: 5,
    Kind.ZOMBIE: 5,
    Kind.DEPOSED: 2,
    Kind.CUT: 2,
    Kind.RESTART: 1,
    Kind.FULL: 1,
    Kind.HANG: 1,
    Kind.STUCK: 1,
    Kind.STRANGE: 1,
}
# How many die in one.
DEADLY = dict.fromkeys((Kind.KILL, Kind.FAILPOINT, Kind.JOIN, Kind.TWIN), 1) | {
    Kind.STORM: STORM_OF
}
LONGEST_PAUSE = 0.6  # seconds between two faults


@dataclass(frozen=True)
class Fault:
    """One fault; `pause` seconds lie between it and the one before."""

    kind: Kind
    victim: str
    place: str = ""
    pause: float = 0.0


def make(seed: int, kills: int) -> list[Fault]:
    """Each kind once, in any order, and then at random until so many processes have died."""
    dice = random.Random(seed)
    kinds = list(Kind)
    dice.shuffle(kinds)
    faults = [_fault(kind, dice) for kind in kinds]
    while deaths(faults) < kills:
        [kind] = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        faults.append(_fault(kind, dice))
    return faults


def deaths(faults: Sequence[Fault]) -> int:
    """How many processes die by force in these faults."""
    return sum(DEADLY.get(fault.kind, 0) for fault in faults)


def told(faults: Sequence[Fault]) -> str:
    """The plan in one line."""
    counted = Counter(fault.kind.value for fault in faults)
    return ", ".join(f"{kind} {times}" for kind, times in counted.most_common())


def _fault(kind: Kind, dice: random.Random) -> Fault:
    pause = dice.uniform(0.0, LONGEST_PAUSE)
    match kind:
        case Kind.KILL:
            [victim] = dice.choices(list(VICTIMS), list(VICTIMS.values()))
            return Fault(kind, victim, pause=pause)
        case Kind.FAILPOINT:
            victim, place = dice.choice(PLACES)
            return Fault(kind, victim, place, pause)
        case Kind.TWIN | Kind.ZOMBIE:
            return Fault(kind, dice.choice(PROCESSORS), pause=pause)
        case Kind.JOIN | Kind.STORM:
            return Fault(kind, "progress-3", pause=pause)
        case Kind.DEPOSED | Kind.STUCK | Kind.STRANGE:
            return Fault(kind, "goals", pause=pause)
        case Kind.CUT:
            return Fault(kind, dice.choice((*WORKERS, "progress")), pause=pause)
        case Kind.RESTART | Kind.HANG:
            return Fault(kind, "kafka", pause=pause)
        case Kind.FULL:
            return Fault(kind, dice.choice(SERVERS), pause=pause)
