"""What is folded: blocks of cases that move at the same time, as a clinic's open cases do.

The small mix is goals and ratings that rise slowly: no rule has anything to say. The
full mix is a case as it is lived: opened, goals, ratings, PHQ-9s, sessions, and every rule asked.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

from shared.events import Event
from shared.events.words import Attendance
from tests.progress.histories import Story


SMALL, FULL = "small", "full"
PER_CASE = 12  # events of a case in either mix
CLINICS = tuple(uuid4() for _ in range(12))  # of one service
RATINGS = PER_CASE - 1
Block = list[Event]


def small(cases: int, dice: random.Random) -> Block:
    """A goal for each case and then its ratings, in any order of the cases."""
    stories = [(_story(dice), uuid4()) for _ in range(cases)]
    events: Block = [story.goal(goal) for story, goal in stories]
    turns = stories * RATINGS
    dice.shuffle(turns)
    rated: dict[UUID, int] = defaultdict(int)
    for number, (story, goal) in enumerate(turns):
        # Up by one every third time: it neither falls nor stands still.
        events.append(story.rated(goal, 3 + rated[goal] // 3, number))
        rated[goal] += 1
    return events


def full(cases: int, dice: random.Random) -> Block:
    """Opening and goal, then seven ratings, two questionnaires and a session, in any order."""
    stories = [(_story(dice), uuid4()) for _ in range(cases)]
    events: Block = [story.opened() for story, _ in stories]
    events += [story.goal(goal) for story, goal in stories]
    turns = [(each, act) for each in stories for act in "rrrrrrraas"]
    dice.shuffle(turns)
    for number, ((story, goal), act) in enumerate(turns):
        if act == "r":
            events.append(story.rated(goal, dice.randrange(4, 9), number))
        elif act == "a":
            nine = int(dice.random() < 0.1)
            events.append(story.answered(dice.randrange(2, 20) + nine, nine, number))
        else:
            events.append(story.attended(uuid4(), Attendance.ATTENDED, number))
    return events


def _story(dice: random.Random) -> Story:
    return Story(clinic_id=dice.choice(CLINICS))


MIXES: dict[str, Callable[[int, random.Random], Block]] = {SMALL: small, FULL: full}


def blocks(mix: str, count: int, cases: int) -> Iterator[Block]:
    """So many blocks of so many cases each; the same ones in every run but for their ids."""
    dice = random.Random(1)
    for _ in range(count):
        yield MIXES[mix](cases, dice)
