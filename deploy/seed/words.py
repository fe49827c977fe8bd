"""What the demo's people are called and what they say. All of it is made up."""

from shared.events.words import GoalKind


GIVEN = (
    "Amara", "Bryn", "Chidi", "Dilys", "Eamon", "Farah", "Gwen", "Hari", "Ines", "Jonas", "Kezia",
    "Leon", "Maeve", "Nadia", "Oskar", "Petra", "Quentin", "Rosa", "Sanjay", "Tess", "Umar",
    "Vera", "Wilf", "Xenia", "Yusuf", "Zofia", "Anton", "Bea", "Callum", "Dina", "Elif", "Fergus",
    "Greta", "Hugo", "Isla", "Jamal",
)  # fmt: skip
FAMILY = (
    "Abbot", "Bakshi", "Carver", "Dlamini", "Ekberg", "Finch", "Garner", "Holt", "Ibarra", "Jessop",
    "Kaur", "Lowe", "Mbeki", "Norden", "Ochoa", "Pryce", "Quill", "Rahman", "Sorley", "Tanner",
    "Ueda", "Vance", "Whitlock", "Xu", "Yates", "Zeller",
)  # fmt: skip

REASONS = (
    "Low mood since the spring",
    "Worry that does not stop at night",
    "Grief after a death in the family",
    "Trouble at work and poor sleep",
    "Arguments at home",
    "Panic in shops and on buses",
    "Adjusting to a long illness",
    "After the birth of a child",
)
NOT_OURS = "Asks for a service that this clinic does not offer"

TITLES = {
    GoalKind.SYMPTOM_RELIEF: "Sleep through at least four nights a week",
    GoalKind.INSIGHT: "Notice what sets off my low days",
    GoalKind.BEHAVIOUR_CHANGE: "Leave the house every day before noon",
    GoalKind.EMOTIONAL_REGULATION: "Calm down without shouting",
    GoalKind.RELATIONSHIPS: "Talk with my sister again",
    GoalKind.PERSONAL_GROWTH: "Go back to evening classes",
    GoalKind.RESILIENCE: "Get through a setback without giving up my week",
    GoalKind.WELL_BEING: "Enjoy one thing a day",
}

LEVELS = (
    "I leave the house less than now",
    "I go out before noon on one day a week, as now",
    "I go out before noon on four days a week",
    "I go out before noon on six days a week",
    "I go out every morning and look forward to it",
)
PAUSED = "Not now: the move to the new flat comes first. We look at it again in six weeks."
ACHIEVED = "Reached, and it has held for some weeks now."

CRISIS = (
    "If you are in danger or may harm yourself, call 999 or go to the nearest emergency "
    "department. Samaritans listen at any hour on 116 123. Your answers are not read at "
    "once, so do not wait for us to call."
)
CRISIS_HARBOUR = (
    "If you are in danger or may harm yourself, call 911 or go to the nearest emergency "
    "department. You can call or text 988 at any hour. Your answers are not read "
    "at once, so do not wait for us to call."
)
SEEN = "Called back the same day; safety plan gone through together."
LOOKED_AT = "Talked about what helps and what does not; two sessions closer together from now on."
