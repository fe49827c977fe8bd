"""In which state a flag is, from its row and what people did about it."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.progress.domain.lifecycle import Act
from services.progress.models import tables
from shared.events.rules import DEFINITIONS
from shared.events.words import FlagState, Severity


AGAIN = [rule.value for rule, definition in DEFINITIONS.items() if definition.again]

_flag, _acts = tables.flag.c, tables.flag_case.c
_WORST_FIRST = literal([severity.value for severity in Severity], ARRAY(Text))


def _rank(severity: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.array_position(_WORST_FIRST, severity)


# What came after the last look asks for a new one: where the rule says so, or after the closing.
# It may rest on the same and yet be more: an answer that was corrected upwards.
unseen = and_(
    _acts.seen.is_not(None),
    or_(
        and_(
            or_(
                ~_flag.evidence.contained_by(_acts.seen),
                func.coalesce(_flag.grown_at > _acts.seen_grown_at, False),
            ),
            or_(_acts.state == FlagState.CLOSED.value, _flag.rule.in_(AGAIN)),
        ),
        # Whoever saw a flag has not seen it as severe as this.
        func.coalesce(_rank(_flag.severity) < _rank(_acts.seen_severity), False),
    ),
)
state_now = case(
    (_flag.cleared, literal(FlagState.CLEARED.value)),
    (or_(_acts.state.is_(None), unseen), literal(FlagState.RAISED.value)),
    else_=_acts.state,
)


def last(act: Act, column: str) -> ColumnElement[Any]:
    """A column of the last such act about a flag; what only took another act back is left out.

    A closing that is taken back leaves the flag's clock as it was.
    """
    acts = tables.flag_act.c
    found = select(acts[column]).where(
        acts.flag_id == _flag.flag_id, acts.act == act.value, acts.undoes.is_(None)
    )
    return found.order_by(acts.at.desc(), acts.number.desc()).limit(1).scalar_subquery()
