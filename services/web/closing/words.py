"""How a case ended, in the words of a sentence: the NHS Talking Therapies end codes, grouped. Pure.

The two groups are the source's own (domain sheet D.2 [S15]): not taken on, and taken on.
"""

NOT_TAKEN_ON = {
    "14": "Suitable, but the client did not want treatment",
    "12": "Ended by agreement after advice",
    "13": "Referred to another therapy service",
    "11": "Not suitable for this service; told where else to turn",
    "10": "Not suitable for this service; nothing more was arranged",
    "16": "The assessment was begun and not finished",
    "50": "No assessment took place",
    "17": "The client died before treatment began",
    "95": "Not known, and treatment never began",
}
TAKEN_ON = {
    "46": "Treatment was completed as agreed",
    "47": "It ended earlier than the clinician had planned",
    "48": "It ended earlier than the client had asked for",
    "49": "The client died",
    "96": "Not known how treatment ended",
}
ENDINGS = NOT_TAKEN_ON | TAKEN_ON
GROUPS = (("Treatment had begun", TAKEN_ON), ("Treatment had not begun", NOT_TAKEN_ON))
UNKNOWN = "in a way that this page has no words for"


def groups(treated: bool | None) -> tuple[tuple[str, dict[str, str]], ...]:
    """The choices, under their headings: those of a case with treatment or without; or both."""
    taken_on, not_taken_on = GROUPS
    if treated is None:
        return GROUPS
    return (taken_on if treated else not_taken_on,)


def ending(code: str | None) -> str:
    """How it ended, within a sentence; empty where nobody says."""
    if code is None:
        return ""
    said = ENDINGS.get(code)
    return said[0].lower() + said[1:] if said else UNKNOWN
