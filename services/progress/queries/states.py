"""A case's state as queries read it."""

from services.progress.domain.state import Case, readable
from shared.errors import Unavailable


WORDS = "What is known of a case cannot be read: operations can repair it."


def case_in(state: bytes) -> Case:
    """The case. Unavailable when nobody can read it: then it has to be repaired first."""
    if (case := readable(state)) is None:
        raise Unavailable(WORDS)
    return case
