"""What can go wrong on a page, each with its status, heading and words."""

from dataclasses import dataclass
from typing import Any, ClassVar


class Problem(Exception):
    """An expected failure of a page: its status, heading and one paragraph."""

    status: ClassVar[int] = 500
    title: str = "Something went wrong"
    words: str = "Nothing was lost. Try again in a moment."


class SignedOut(Problem):
    """Nobody is signed in, or no longer."""

    status = 401
    title = "You were signed out"
    words = "Sign in again; then you come back to the same page."


class NotThere(Problem):
    """Unknown, another clinic's, or not heard of yet: the same page for all three."""

    status = 404
    title = "Page not found"
    words = "There is no such record, or not yet. If you were sent here by a link, try again."


class NoFlag(NotThere):
    """The same for a flag, whose link may be old: words that hold for all three."""

    title = "This flag is not here"
    words = (
        "There is no such flag that you may see, or not yet. A flag of another clinic or clinician"
        " is not shown. One whose case was counted anew, or erased, may be gone: what stands now is"
        " on the case’s page and among the flags."
    )


class NoFrontEnd(Problem):
    """The person's role lacks this front end."""

    status = 403
    title = "You do not have this front end"
    words = "Your role does not open it. Choose one of your own, or ask your clinic."

    def __init__(self, name: str = "") -> None:
        super().__init__()
        if name:
            self.title = f"You do not have the {name.lower()} front end"


class NotFromHere(Problem):
    """A change that did not come from one of our own pages."""

    status = 403
    title = "This was not sent from Tidemark"
    words = "Nothing was changed. Open the page in Tidemark and send it from there."


class Away(Problem):
    """A service that the page cannot do without does not answer."""

    status = 503
    title = "This cannot be shown just now"
    words = "A part of the system does not answer. Nothing was lost. Try again."

    def __init__(self, since: float | None = None) -> None:
        super().__init__()
        self.since = since  # seconds since it last answered, where that is known


class Failed(Problem):
    """A mistake of ours."""


class NotTaken(Problem):
    """An address that does not take what was sent to it."""

    status = 405
    title = "This address does not take that"
    words = "Nothing was changed."


class Unreadable(Problem):
    """A form that is not one: too many fields, or no boundary between them."""

    status = 400
    title = "This cannot be read"
    words = "Nothing was changed. Open the page in Tidemark and send its form from there."


class Late(Problem):
    """An undo after its time, or one that is not this person's."""

    status = 409
    title = "Too late to undo"
    words = "Nothing was changed. Correct it on its own page: what stood before is kept with it."


class Overtaken(Problem):
    """An undo of what is not the last act any more: who acted since, and when, where known."""

    status = 409
    title = "Not undone"

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class TooMuch(Problem):
    """A body over the limit."""

    status = 413
    title = "Too large"
    words = "What you sent is larger than one megabyte."


@dataclass
class Refused(Exception):
    """A service said no to an act: 409, 422 and their like, with its problem document."""

    status: int
    problem: dict[str, Any]

    @property
    def detail(self) -> str:
        """What the service says, for a person."""
        return str(self.problem.get("detail") or self.problem.get("title") or "It was refused.")

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(field, message) pairs."""
        return [(e["field"], e["message"]) for e in self.problem.get("errors") or []]
