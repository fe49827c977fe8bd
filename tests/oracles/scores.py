"""Oracles of the measures: answers, and the totals and bands that they come to."""

from shared.events.measures import Answers, definition
from tests.oracles.row import Row


BRS = "psytoolkit resilience-brs, scoring"
PSS = "symptomatik.com PSS-10, scoring"
RSES = "1nf0rmat10n1st.blogspot.com"
WHO = "help.valant.com/who-five; psypack.com"
CORE = "camcops core10.py; coresystemtrust.org.uk"
ITEM9 = "rhavekost/clinical-toolkit, item-9-safety-protocol.md"


def _answers(code: str, *values: int) -> dict[str, int]:
    """Answers in the order of the items; one value alone answers them all."""
    numbers = definition(code).numbers
    given = values * len(numbers) if len(values) == 1 else values
    return dict(zip(numbers, given, strict=True))


def _scored(code: str, *values: int) -> str:
    """The total in points, and its band."""
    measure = definition(code)
    total = measure.total(_answers(code, *values))
    return f"{measure.words(total)} {measure.band(total).code}"


def _total(code: str, items: Answers) -> str:
    measure = definition(code)
    return measure.words(measure.total(items)) if not measure.missing(items) else "no score"


def _flagged(code: str, *values: int) -> bool | None:
    measure = definition(code)
    return measure.at_caseness(measure.total(_answers(code, *values)))


PHQ9, CORE10 = definition("phq-9"), definition("core-10")
# Items 2 and 3 are reversed, and 2 turned is 2: nine answers of 2 sum to 18.
SUM_18 = {number: 2 for number in CORE10.numbers if number != "10"}
EIGHT = {number: 2 for number in SUM_18 if number != "9"}
ITEM_9_ONLY = _answers("phq-9", 0, 0, 0, 0, 0, 0, 0, 0, 1)

ROWS = [
    Row("O37", "BRS 4,2,4,2,4,2", "4 normal", _scored("brs", 4, 2, 4, 2, 4, 2), BRS),
    Row("O38", "BRS all 3", "3 normal", _scored("brs", 3), BRS),
    Row("O38", "BRS all 1", "3 normal", _scored("brs", 1), BRS),
    Row("O38", "BRS 5,1,5,1,5,1", "5 high", _scored("brs", 5, 1, 5, 1, 5, 1), BRS),
    Row("O39", "PSS-10 all 0", "16", _total("pss-10", _answers("pss-10", 0)), PSS),
    Row("O39", "PSS-10 all 2", "20", _total("pss-10", _answers("pss-10", 2)), PSS),
    Row("O39", "PSS-10 all 4", "24", _total("pss-10", _answers("pss-10", 4)), PSS),
    Row("O40", "RSES all strongly disagree", "15 normal", _scored("rses", 0), RSES),
    Row("O40", "RSES all strongly agree", "15 normal", _scored("rses", 3), RSES),
    Row("O41", "WHO-5 raw 13", "52", _total("who-5", _answers("who-5", 3, 3, 3, 2, 2)), WHO),
    Row("O41", "and below the cut-off", False, _flagged("who-5", 3, 3, 3, 2, 2), WHO),
    Row("O41", "WHO-5 raw 12", "48", _total("who-5", _answers("who-5", 3, 3, 2, 2, 2)), WHO),
    Row("O41", "and below the cut-off", True, _flagged("who-5", 3, 3, 2, 2, 2), WHO),
    Row("O41", "WHO-5 all 5", "100", _total("who-5", _answers("who-5", 5)), WHO),
    Row("O42", "CORE-10, one missing, the rest sum to 18", "20", _total("core-10", SUM_18), CORE),
    Row("O42", "CORE-10, two missing", "no score", _total("core-10", EIGHT), CORE),
    Row("O43", "PHQ-9 eight items 0, item 9 is 1", "1", _total("phq-9", ITEM_9_ONLY), ITEM9),
    Row("O43", "and item 9 asks for a look", {"9": 1}, PHQ9.safety(ITEM_9_ONLY), ITEM9),
]
