"""Every flag rule: its numbers, how severe it is, who is told, which clocks run, and who says so.

`[S…]` are the domain sheet's sources (C.2); a "suggestion" has none and is a clinic's to set.
"""

from shared.events.rules.parts import (
    Clocks,
    Definition,
    Parameter,
    RuleParameter,
    Teller,
    Version,
)
from shared.events.words import Rule, Severity


P, T, S = RuleParameter, Teller, Severity
SUGGESTION = "suggestion"
NHS = "NHS Talking Therapies key metrics [S15]"

# A working day of eight hours: two of them to look, a week to act (C.2: review in next supervision
# [S57], due 7 days; the rest suggestions).
# Two working weeks to close what was acted on are our own choice: long enough to see whether it
# helped, short enough that nobody forgets it.
LOOK = Clocks(16, 40, working=True, close=80)
SLOW = Clocks(40, 80, working=True, close=80)
NONE = Clocks(None, None, working=True)
# Same day; aftercare within 48 hours (NICE NG225, draft text [S53][S54]). A week to close: our own.
SAFETY = Clocks(4, 48, working=False, close=168)
# A referral to the authority within 24 hours [S74]; somebody looks at once.
CONCERN = Clocks(4, 24, working=False, close=168)


def _days(name: RuleParameter, default: int, low: int, high: int, words: str, at: str) -> Parameter:
    return Parameter(name, default, low, high, "days", words, at)


DEFINITIONS = {
    each.rule: each
    for each in (
        Definition(
            Rule.SI_ITEM,
            2,
            "An answer above 0 to a safety item, also one left unsent on a link, or a disclosure"
            " that staff recorded",
            S.HIGH,
            (T.CLINICIAN,),
            SAFETY,
            (
                Parameter(
                    P.URGENT_FROM,
                    2,
                    1,
                    2,
                    "answer",
                    "an answer of this or more is urgent",
                    "[S4][S43]",
                ),
            ),
            "[S4][S43][S66]",
            safety=True,
            again=True,
        ),
        Definition(
            Rule.DETERIORATION,
            1,
            "A score or goal reliably worse than the first in this case",
            S.MEDIUM,
            (T.CLINICIAN,),
            LOOK,
            (),
            "[S16][S17][S20]",
        ),
        Definition(
            Rule.NOT_ON_TRACK,
            1,
            "No reliable improvement by a given session, and the latest score no better than the"
            " first",
            S.MEDIUM,
            (T.CLINICIAN,),
            LOOK,
            (
                Parameter(
                    P.SESSIONS, 6, 4, 20, "sessions", "by which treatment session", SUGGESTION
                ),
            ),
            "[S56][S57][S58]; without parameters of a curve: B.6",
            # The trigger as C.2 has it; B.6 adds that the latest score is no better than the first.
            others=(
                Version(
                    2,
                    "No reliable improvement by a given session, also where the latest score is a"
                    " little better than the first",
                    "C.2 [S57][S58]",
                ),
            ),
        ),
        Definition(
            Rule.GOAL_STALLED,
            1,
            "A goal that did not gain a point over several ratings, or is below the expected level"
            " when its review is past",
            S.LOW,
            (T.CLINICIAN,),
            SLOW,
            (Parameter(P.RATINGS, 4, 3, 12, "ratings", "over how many ratings", SUGGESTION),),
            "[S8][S28]",
        ),
        Definition(
            Rule.RECOVERED_READY,
            1,
            "Reliable recovery that held over consecutive scores",
            S.INFO,
            (T.CLINICIAN,),
            NONE,
            (Parameter(P.SCORES, 2, 2, 6, "scores", "over how many scores", "[S19]"),),
            "[S19]",
            # "Improved: any improved and none deteriorated", as NHS England's outcomes code has it.
            others=(
                Version(
                    2,
                    "Reliable recovery that held over consecutive scores, while no other score is"
                    " reliably worse than its first",
                    "B.2 [S17]",
                ),
            ),
        ),
        Definition(
            Rule.DNA_1,
            1,
            "The client did not attend",
            S.LOW,
            (T.FRONT_DESK,),
            SLOW,
            (),
            "[S72]; policies vary",
        ),
        Definition(
            Rule.DNA_2,
            1,
            "The client did not attend several sessions in a row",
            S.MEDIUM,
            (T.CLINICIAN, T.FRONT_DESK),
            LOOK,
            (Parameter(P.IN_A_ROW, 2, 2, 5, "sessions", "so many in a row", "[S73]"),),
            "[S73]; policies vary",
        ),
        Definition(
            Rule.DISENGAGED,
            1,
            "An open case without treatment contact",
            S.MEDIUM,
            (T.CLINICIAN, T.CLINICAL_LEAD),
            LOOK,
            (_days(P.DAYS, 90, 28, 180, "more than so many days without contact", NHS),),
            NHS,
        ),
        Definition(
            Rule.LONG_GAP,
            1,
            "A long time between the first and the second treatment session",
            S.LOW,
            (T.CLINICAL_LEAD,),
            SLOW,
            (
                _days(P.DAYS, 28, 14, 60, "of low severity when more than so many days", NHS),
                _days(
                    P.RED_DAYS, 90, 61, 180, "of medium severity when more than so many days", NHS
                ),
            ),
            NHS,
        ),
        Definition(
            Rule.WAIT_BREACH,
            1,
            "A long wait from the referral to the first treatment session",
            S.MEDIUM,
            (T.CLINICAL_LEAD,),
            LOOK,
            (
                _days(
                    P.FROM_DAYS, 42, 14, 42, "who still waits is flagged after so many days", NHS
                ),
                _days(P.DAYS, 42, 28, 84, "a breach when more than so many days", NHS),
                _days(P.RED_DAYS, 126, 85, 182, "a long breach when more than so many days", NHS),
            ),
            "[S15][S19e]; bands 14, 28, 42, 84 and 126 days",
        ),
        Definition(
            Rule.LATE_NOT_SEEN,
            1,
            "The client came late and could not be seen",
            S.LOW,
            (),
            NONE,
            (),
            NHS,
        ),
        Definition(
            Rule.OUTCOME_MISSING,
            1,
            "A treatment session without a score near it",
            S.LOW,
            (T.CLINICIAN,),
            SLOW,
            (
                _days(
                    P.WINDOW_DAYS,
                    7,
                    0,
                    28,
                    "a score so many days before or after counts",
                    SUGGESTION,
                ),
            ),
            "session by session [S22a]; 97 % are paired in England [S21]",
        ),
        Definition(
            Rule.SAFEGUARDING,
            1,
            "Somebody here raised a concern",
            S.URGENT,
            (T.SAFEGUARDING_LEAD,),
            CONCERN,
            (),
            "[S74][S75]",
            safety=True,
        ),
        Definition(
            Rule.REPEAT_REFERRAL,
            1,
            "A new referral soon after a completed course, by name and date of birth",
            S.INFO,
            (T.FRONT_DESK,),
            NONE,
            (_days(P.DAYS, 365, 91, 365, "within so many days of the earlier ending", NHS),),
            "[S15 2.14]",
        ),
    )
}
