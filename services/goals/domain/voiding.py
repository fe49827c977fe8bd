"""What is voided stays so: once, for one reason."""

from shared.errors import Conflict
from shared.events.words import CorrectionReason


def is_voided_again(what: str, before: CorrectionReason | None, reason: CorrectionReason) -> bool:
    """Whether something was voided for this reason already. Conflict: it was for another one."""
    if before not in (None, reason):
        raise Conflict(f"This {what} was voided already, for another reason.")
    return before is not None
