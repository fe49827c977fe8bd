"""What the page after an act says of it, and how the act is taken back for some seconds.

Both travel in cookies that the browser cannot read: a name, or what would undo it, is in no
address. An act that others were told of has no way back; then the page says why.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response

from services.web import words
from services.web.sealed import opened, seal


SAID_COOKIE = "tidemark_said"
UNDO_COOKIE = "tidemark_undo"
SECONDS = 15.0  # that an act can be taken back from where one is told of it


@dataclass(frozen=True)
class Undo:
    """The act that takes another back, sent in the person's own name; or a page to correct it on.

    It is a counter-act: what was done stays in the history, and so does this. It names in its body
    which act it `undoes`, so the service refuses it once somebody has acted since.
    """

    service: str = ""
    path: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    correct: str = ""  # a page instead, where no act leads back


def undoing(
    service: str, path: str, body: dict[str, Any], answer: dict[str, Any], named: str
) -> Undo | None:
    """The counter-act of what a service just answered, whose own name stands in `named` there.

    None where the answer names no act: nothing was done that could be taken back.
    """
    act = answer.get(named)
    return None if act is None else Undo(service, path, body | {"undoes": act})


def say(request: Request, response: Response, said: str, whom: str = "", about: str = "") -> None:
    """Let the next page say what was done, for `whom` or `about` what; a name is never readable
    in a cookie."""
    names = {"whom": whom, "about": about}
    named = f".{seal(_secret(request), SAID_COOKIE, names)}" if whom or about else ""
    response.set_cookie(SAID_COOKIE, said + named, max_age=60, httponly=True, samesite="lax")


def banner(request: Request, said: str | None) -> str | None:
    """What a page says of the act that led to it: `Ines Ueda: attended.`, or `Acknowledged,
    “goal stuck” of Ines Ueda. You have seen it …`."""
    code, _, named = (said or "").partition(".")
    kept = opened(_secret(request), SAID_COOKIE, named) if named else None
    words_ = SAID.get(code)
    if not words_ or not kept:
        return words_
    if kept["whom"]:
        return f"{kept['whom']}: {words.lower(words_)}"
    done, stop, rest = words_.partition(".")
    return f"{done}, {kept['about']}{stop}{rest}"


def offer(request: Request, response: Response, undo: Undo, sub: str, back: str) -> None:
    """Let the next page offer to take it back, to this person and for some seconds."""
    kept = {
        "service": undo.service,
        "path": undo.path,
        "body": undo.body,
        "correct": undo.correct,
        "sub": sub,
        "back": back,
        "until": time.time() + SECONDS,
    }
    sealed = seal(_secret(request), UNDO_COOKIE, kept)
    age = int(SECONDS) + 5
    response.set_cookie(UNDO_COOKIE, sealed, max_age=age, httponly=True, samesite="lax")


def offered(request: Request) -> dict[str, Any] | None:
    """What the page offers: the sealed counter-act for its form, and the seconds that are left."""
    sealed = request.cookies.get(UNDO_COOKIE)
    kept = kept_undo(request, sealed)
    if kept is None or kept["until"] <= time.time():
        return None
    left = max(1, round(kept["until"] - time.time()))
    return {"sealed": sealed, "seconds": left, "correct": kept["correct"]}


def kept_undo(request: Request, sealed: str | None) -> dict[str, Any] | None:
    """What was sealed for an undo; None for anything else."""
    return opened(_secret(request), UNDO_COOKIE, sealed)


def reasons(said: str | None) -> str:
    """Why an act has no way back, where that is so."""
    return NO_UNDO.get((said or "").partition(".")[0], "")


def _secret(request: Request) -> str:
    secret: str = request.app.state.settings.cookie_secret.get_secret_value()
    return secret


SAID = {
    "acknowledged": "Acknowledged. You have seen it; others see that.",
    "flag_review": "Review started. You look into it now.",
    "flag_review_others": "Review started. Who looks into it stays as it was.",
    "flag_assign": "Handed over. Whoever looks into it now is told.",
    "flag_take": "You look into it now.",
    "flag_action": "Action recorded.",
    "flag_close": "Closed. New evidence raises it again.",
    "discussed": "Recorded as discussed.",
    "flag_reopen": "Reopened. It is in review again.",
    "accepted": "Referral accepted. The case is open.",
    "rejected": "Referral rejected. Tidemark does not tell the sender: do so yourself.",
    **{code: f"{text}." for code, text in words.OUTCOMES.items()},
    "booked": "Session booked. Its confirmation goes to whoever has a safe e-mail or mobile;"
    " without one it is held back: see Messages.",
    "cancelled": "Session cancelled.",
    "moved": "Session moved.",
    "unmoved": "Nothing changed: the session is at that time already.",
    "recorded": "Attendance recorded.",
    "case_closed": "This case is closed. What was still booked is called off in a moment.",
    "goal": "Goal saved. Take the first rating as its start.",
    "revised": "Changed. What was agreed before stands below.",
    "goal_agree": "Agreed. Work on this goal begins.",
    "goal_decline": "Declined. The reason is kept.",
    "goal_pause": "On hold.",
    "goal_resume": "Worked on again.",
    "goal_close": "This goal has ended.",
    "goal_reopen": "Reopened. Work on this goal goes on.",
    "corrected": "Corrected. What was there before is kept.",
    "voided": "Voided. It counts for nothing any more; what it was is kept.",
    "rated": "Ratings saved.",
    "disclosed": "Recorded. The flag stands below in a moment.",
    "disclosure-voided": "Taken back. It counts for nothing; it stays in the list, struck through.",
    "reviewed": "Reviewed. The next review date stands below.",
    "scored": "Answers saved.",
    "given": "Questionnaire given. Where its link stands is shown below.",
    "given-no-more": "It is given no longer. A link that is open can still be used.",
    "link-withdrawn": "The link is withdrawn. Nobody can answer on it; another can be opened as"
    " long as the questionnaire stands below.",
    "settings": "Settings saved as the newest version, which says from when it holds.",
    "switched_on": "Switched on.",
    "switched_off": "Switched off. What was answered stays.",
    "wording": "Wording taken over. Clients see it from now on.",
    "withdrawn": "Withdrawn. Clients see the short labels.",
    "template": "Added to the library.",
    "template_retire": "Hidden. It can be offered again below.",
    "template_restore": "Offered again.",
    "pausing": "Pause asked for. The reader stops within a second.",
    "resuming": "Resume asked for. The reader goes on within a second.",
    "paused-already": "It is paused already. Nothing was changed.",
    "runs-already": "It is not paused. Nothing was changed.",
    "previewing": "Preview asked for. What it would do stands beside the event in a moment.",
    "concern": "Passed on to the safeguarding lead. Nobody else sees it.",
    "concern_acknowledge": "Acknowledged. The clock for the referral runs on.",
    "concern_refer": "Referral to the authority recorded.",
    "concern_tell": "Recorded who was told.",
    "concern_name": "Named. They can see this concern from now on.",
    "concern_close": "Closed. It stays on record.",
    "rebuilding": "Rebuild asked for. The worker begins within a second.",
    "switching": "Switch asked for. This page shows when it is done.",
    "switching_back": "Switch back asked for. This page shows when it is done.",
    "repairing": "Repair asked for. What came of it stands under “Repair one case” in a moment.",
    "rules": "Rules changed. They hold for what comes from now on; flags that time alone raises may"
    " come or go at once.",
    "calendar": "Calendar changed. Clocks that run are counted by it from now on.",
    "redriving": "Redrive asked for. Its outcome stands beside the event in a moment; one"
    " that could be read leaves this list.",
    "skip-withdrawn": "The ask has ended. The event stays set aside, and its case waits.",
    "skip-asked": "Asked for. Nothing happens until a second person of operations confirms it.",
    "skipping": "Confirmed. Its outcome stands beside the event in a moment.",
    "undone": "Undone. What was done and that it was undone stay in the history.",
    "signed-out": "You are signed out.",
}

# Others have seen it or been told, or a clock was stopped: nobody can be made not to know.
NO_UNDO = {
    "acknowledged": "It cannot be undone: others may have seen already that you saw it.",
    "flag_assign": "It cannot be undone: whoever looks into it now is told. Hand it on"
    " from its page.",
    "flag_take": "It cannot be given back to nobody. Hand it over from its page instead.",
    "accepted": "It cannot be undone: the case is open, and its clinician sees it.",
    "case_closed": "It cannot be taken back here: what was booked is called off. Whoever comes back"
    " is referred anew.",
    "cancelled": "It cannot be undone: whoever can be written to is told. Book again if it"
    " was wrong.",
    "moved": "It cannot be undone: whoever can be written to is told. Move it again if it"
    " was wrong.",
}
