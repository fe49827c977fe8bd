"""What happens to a case by what clients say: ratings, questionnaires, disclosures, corrections."""

from uuid import UUID, uuid4

from shared.events import Event
from shared.events.goals import (
    DisclosureRecorded,
    GoalRated,
    MeasureAmended,
    MeasureCompleted,
    MeasureVoided,
    RatingAmended,
    RatingVoided,
)
from shared.events.words import AnsweredBy, CorrectionReason, Disclosure, RatedBy
from tests.campaign.course import Course, Happening
from tests.campaign.facts import Answered, Disclosed, Facts, Rated


ITEMS = {"phq-9": 9, "gad-7": 7}
ALARMING = 0.04  # of the answers to item 9 are above 0
WHY = CorrectionReason.ENTERED_WRONGLY


def of_goals(course: Course, facts: Facts) -> Happening:
    """What goals publishes next: mostly a rating."""
    chance = course.dice.random() * (0.929 if course.quiet else 1)
    if chance < 0.80:
        return _rated(course)
    if chance < 0.93:
        return _answered(course, "phq-9" if chance < 0.90 else "gad-7")
    if chance < 0.935:
        return _disclosed(course)
    return _corrected(course, facts) or _rated(course)


def _rated(course: Course) -> Happening:
    common, at = course.when()
    goal_id, value = (
        course.dice.choice(course.goals),
        course.dice.randrange(8 if course.quiet else 4, 11),
    )
    event = GoalRated(
        **common,
        rating_id=uuid4(),
        goal_id=goal_id,
        client_id=course.client_id,
        value=value,
        rated_by=RatedBy.CLIENT,
        rated_at=at,
    )
    rated = Rated(event.rating_id, event.event_id, value, at)
    return Happening(event, lambda facts: facts.goals[goal_id].append(rated))


def _answered(course: Course, measure: str) -> Happening:
    common, at = course.when()
    items = _items(course, measure)
    event = MeasureCompleted(
        **common,
        response_id=uuid4(),
        client_id=course.client_id,
        measure=measure,
        version="1",
        items=items,
        total=sum(items.values()),
        answered_at=at,
    )
    told = Answered(event.response_id, event.event_id, measure, event.total, items.get("9"), at)
    return Happening(event, lambda facts: facts.answers.append(told))


def _items(course: Course, measure: str) -> dict[str, int]:
    """Answers around a level; item 9 is seldom above 0."""
    level = 0 if course.quiet else course.dice.choice((0, 1, 1, 2, 2))
    items = {
        str(number): min(3, max(0, level + course.dice.choice((-1, 0, 0, 1))))
        for number in range(1, ITEMS[measure] + 1)
    }
    if measure == "phq-9":
        items["9"] = (
            course.dice.choice((1, 1, 2, 3))
            if course.dice.random() < ALARMING and not course.quiet
            else 0
        )
    return items


def _disclosed(course: Course) -> Happening:
    common, at = course.when()
    said = course.dice.choice(list(Disclosure))
    event = DisclosureRecorded(
        **common,
        disclosure_id=uuid4(),
        client_id=course.client_id,
        disclosure=said,
        disclosed_at=at,
    )
    told = Disclosed(event.event_id, said is Disclosure.SUICIDE_PLAN, at)
    return Happening(event, lambda facts: facts.disclosures.append(told))


def _corrected(course: Course, facts: Facts) -> Happening | None:
    """Something was wrong or does not count; None when there is nothing yet."""
    goal_id = course.dice.choice(course.goals)
    ratings = [number for number, each in enumerate(facts.goals[goal_id]) if not each.voided]
    answers = [number for number, each in enumerate(facts.answers) if not each.voided]
    if answers and course.dice.random() < 0.3:
        return _answers_corrected(course, facts, course.dice.choice(answers))
    return (
        _rating_corrected(course, facts, goal_id, course.dice.choice(ratings)) if ratings else None
    )


def _rating_corrected(course: Course, facts: Facts, goal_id: UUID, number: int) -> Happening:
    common, at = course.when()
    was = facts.goals[goal_id][number]
    about = common | {"goal_id": goal_id, "rating_id": was.rating_id, "reason": WHY}
    if course.dice.random() < 0.3:
        new = was._replace(voided=True)
        event: Event = RatingVoided(**about)
    else:
        new = was._replace(value=course.dice.randrange(0, 11), at=at)
        event = RatingAmended(
            **about,
            client_id=course.client_id,
            version=2,
            value=new.value,
            rated_by=RatedBy.CLIENT,
            rated_at=at,
        )
    return Happening(event, lambda facts: facts.goals[goal_id].__setitem__(number, new))


def _answers_corrected(course: Course, facts: Facts, number: int) -> Happening:
    common, _ = course.when()
    was = facts.answers[number]
    about = common | {"client_id": course.client_id, "measure": was.measure, "reason": WHY}
    about |= {"response_id": was.response_id}
    if course.dice.random() < 0.3:
        new = was._replace(voided=True)
        event: Event = MeasureVoided(**about)
    else:
        items = _items(course, was.measure)
        new = was._replace(total=sum(items.values()), safety=items.get("9"))
        event = MeasureAmended(
            **about,
            version="1",
            items=items,
            total=new.total,
            answered_at=was.at,
            amendment=2,
            usable=True,
            by=AnsweredBy.STAFF,
        )
    return Happening(event, lambda facts: facts.answers.__setitem__(number, new))
