"""Which measures a clinic may switch on, and which are on while it has not said."""

from shared.errors import Conflict, Invalid
from shared.events.measures import Licence, Measure


TIERS = {
    Licence.TEXT_OK: "Free to use; its words may be shown.",
    Licence.TEXT_OK_NOT_COMMERCIAL: (
        "Its words may be shown unchanged, with attribution, and not commercially: "
        "a clinical lead confirms that these terms hold here."
    ),
    Licence.SCORE_ONLY: (
        "Licensed: a clinical lead confirms that the clinic may use it. "
        "No words of it are here but those that the clinic brings."
    ),
}

# Measures with an item that touches on suicide for which no published rule was read. On them no
# flag could rest, so nobody would be told: they stay off until a rule is decided (ReQoL-10's item 6
# asks whether life is worth living; see `doubts` in its definition).
UNDECIDED = {
    "reqol-10": (
        "Item 6 asks whether life is worth living, and no rule is decided for when its answer "
        "asks for a clinician's look. Until then it cannot be switched on."
    )
}

NO_CRISIS_TEXT = (
    "It asks about suicide or self-harm. Who answers that above zero is shown the clinic's crisis "
    "text at once, and the clinic has none."
)


def needs_licence(measure: Measure) -> bool:
    """Whether somebody has to confirm that the clinic may use it."""
    return measure.licence.tier is not Licence.TEXT_OK


def hindrance(measure: Measure, crisis_text: bool | None) -> str | None:
    """Why a clinic cannot have a measure switched on, in words; None when it can."""
    if measure.code in UNDECIDED:
        return UNDECIDED[measure.code]
    if measure.safety_items and not crisis_text:
        return NO_CRISIS_TEXT
    return None


def chosen(measure: Measure, said: bool | None) -> bool:
    """What a clinic wants: what it said, else what the tier has by default."""
    return not needs_licence(measure) if said is None else said


def switch_on(measure: Measure, crisis_text: bool | None, confirmed: bool) -> None:
    """Conflict when it cannot be on, Invalid when its licence was not confirmed."""
    if why := hindrance(measure, crisis_text):
        raise Conflict(f"{measure.name} cannot be switched on. {why}")
    if needs_licence(measure) and not confirmed:
        raise Invalid.of("licence_confirmed", f"is needed. {TIERS[measure.licence.tier]}")


def in_use(measure: Measure, said: bool | None, crisis_text: bool | None) -> None:
    """Conflict, in words, when a measure is not in use in a clinic."""
    why_not = hindrance(measure, crisis_text)
    if why_not or not chosen(measure, said):
        why = why_not or "A clinical lead can switch it on."
        raise Conflict(f"{measure.name} is switched off in this clinic. {why}")
