"""The scenarios of every rule. Each fires at its boundary and not one unit before."""

from shared.events.rules import RuleParameter
from shared.events.words import Disclosure, Rule
from tests.progress.scenario_waits import WAITS
from tests.progress.scenarios import (
    INFO,
    LATE,
    LOW,
    MIDNIGHT,
    MISSED,
    SEEN,
    H,
    M,
    Scenario,
    U,
    attainment,
    before,
    both,
    disclosed,
    ended,
    in_session,
    left_unsent,
    nine,
    of_version,
    paired,
    past,
    ratings,
    scores,
    sessions,
    set_by_clinic,
    tracked,
)


RECOVERED_2 = set_by_clinic(Rule.RECOVERED_READY, RuleParameter.VERSION, 2)
SAFETY = [
    Scenario(Rule.SI_ITEM, "PHQ-9 item 9 answered 0", nine(0), None),
    Scenario(Rule.SI_ITEM, "PHQ-9 item 9 not told: unknown, not 0", scores(5), None),
    Scenario(Rule.SI_ITEM, "PHQ-9 item 9 answered 1", nine(1), H),
    Scenario(Rule.SI_ITEM, "PHQ-9 item 9 answered 2", nine(2), U),
    Scenario(Rule.SI_ITEM, "PHQ-9 item 9 answered 1, then 1", nine(1, 1), H),
    Scenario(Rule.SI_ITEM, "PHQ-9 item 9 answered 1, then 3: a rise", nine(1, 3), U),
    *(
        Scenario(
            Rule.SI_ITEM,
            f"PHQ-9 item 9 answered {answer}, in a version that is not known here",
            of_version("2", nine(answer)),
            severity,
        )
        for answer, severity in ((0, None), (3, U))
    ),
    Scenario(
        Rule.SI_ITEM,
        "the clinic calls an answer of 1 urgent",
        nine(1),
        U,
        house=set_by_clinic(Rule.SI_ITEM, RuleParameter.URGENT_FROM, 1),
    ),
    Scenario(
        Rule.SI_ITEM,
        "a disclosure: suicidal thoughts",
        disclosed(Disclosure.SUICIDAL_THOUGHTS),
        H,
    ),
    Scenario(Rule.SI_ITEM, "a disclosure: self-harm", disclosed(Disclosure.SELF_HARM), H),
    Scenario(Rule.SI_ITEM, "a disclosure: a plan", disclosed(Disclosure.SUICIDE_PLAN), U),
    Scenario(Rule.SI_ITEM, "a safety item above 0 on a link, answered, not sent", left_unsent(), U),
]
SCORES = [
    Scenario(Rule.DETERIORATION, "PHQ-9 from 10 to 15", scores(10, 15), None),
    Scenario(Rule.DETERIORATION, "PHQ-9 from 10 to 16", scores(10, 16), M),
    Scenario(Rule.DETERIORATION, "GAD-7 from 8 to 11", scores(8, 11, measure="gad-7"), None),
    Scenario(Rule.DETERIORATION, "GAD-7 from 8 to 12", scores(8, 12, measure="gad-7"), M),
    Scenario(Rule.DETERIORATION, "a goal from 6 to 4", ratings(6, 4), None),
    Scenario(Rule.DETERIORATION, "a goal from 6 to 3", ratings(6, 3), M),
    Scenario(
        Rule.DETERIORATION, "a goal from 6 to 3, then 9: it does not lapse", ratings(6, 3, 9), M
    ),
    Scenario(Rule.NOT_ON_TRACK, "five treatment sessions, PHQ-9 12, 12", tracked(5, 12, 12), None),
    Scenario(Rule.NOT_ON_TRACK, "six treatment sessions, PHQ-9 12, 12", tracked(6, 12, 12), M),
    Scenario(Rule.NOT_ON_TRACK, "six treatment sessions, PHQ-9 12, 11", tracked(6, 12, 11), None),
    Scenario(
        Rule.NOT_ON_TRACK,
        "six treatment sessions, PHQ-9 12, 6, 13: it was reliably better once",
        tracked(6, 12, 6, 13),
        None,
    ),
    Scenario(Rule.NOT_ON_TRACK, "six treatment sessions, one PHQ-9", tracked(6, 12), None),
    *(
        Scenario(
            Rule.NOT_ON_TRACK,
            f"six treatment sessions, PHQ-9 12, 12, and 5 {when}",
            in_session(minutes, 12, 12, last=5),
            severity,
        )
        for when, minutes, severity in (
            ("ten minutes into the sixth", 10, None),
            ("a minute before its day is past", MIDNIGHT - 1, None),
            ("on the next day", MIDNIGHT, M),
        )
    ),
    Scenario(
        Rule.NOT_ON_TRACK,
        "the clinic looks at session four, PHQ-9 12, 12",
        tracked(4, 12, 12),
        M,
        house=set_by_clinic(Rule.NOT_ON_TRACK, RuleParameter.SESSIONS, 4),
    ),
    *(
        Scenario(
            Rule.NOT_ON_TRACK,
            f"the clinic chose version 2, six treatment sessions, PHQ-9 12, {latest}",
            tracked(6, 12, latest),
            severity,
            house=set_by_clinic(Rule.NOT_ON_TRACK, RuleParameter.VERSION, 2),
        )
        for latest, severity in ((11, M), (7, M), (6, None))
    ),
    Scenario(Rule.RECOVERED_READY, "PHQ-9 15, 9", scores(15, 9), None),
    Scenario(Rule.RECOVERED_READY, "PHQ-9 15, 9, 9", scores(15, 9, 9), INFO),
    Scenario(Rule.RECOVERED_READY, "PHQ-9 15, 10, 9: 10 is at caseness", scores(15, 10, 9), None),
    Scenario(Rule.RECOVERED_READY, "PHQ-9 14, 9, 9: by 5 only", scores(14, 9, 9), None),
    Scenario(Rule.RECOVERED_READY, "PHQ-9 9, 3, 3: never at caseness", scores(9, 3, 3), None),
    Scenario(
        Rule.RECOVERED_READY, "PHQ-9 15, 9, 9, 10: it did not hold", scores(15, 9, 9, 10), None
    ),
]
BOTH = [
    Scenario(
        Rule.RECOVERED_READY,
        f"{said}PHQ-9 15, 9, 9, GAD-7 from 3 to {latest}",
        both((15, 9, 9), (3, latest)),
        severity,
        house=house,
    )
    for said, house, latest, severity in (
        ("", set_by_clinic(Rule.RECOVERED_READY, RuleParameter.SCORES, 2), 7, INFO),
        ("the clinic chose version 2, ", RECOVERED_2, 6, INFO),
        ("the clinic chose version 2, ", RECOVERED_2, 7, None),
    )
]
HELD = [
    Scenario(
        Rule.RECOVERED_READY,
        f"{said}PHQ-9 15, 9, 9, 9, GAD-7 {', '.join(map(str, gad))}{why}",
        both((15, 9, 9, 9), gad),
        severity,
        house=set_by_clinic(Rule.RECOVERED_READY, RuleParameter.SCORES, number),
    )
    for said, number, gad, why, severity in (
        ("", 2, (12, 12, 12, 7), ": below its cut-off today only", None),
        ("", 2, (12, 12, 7, 7), "", INFO),
        ("", 2, (9, 9, 7, 7), ": below its cut-off, not by a reliable change", INFO),
        ("", 2, (7, 7, 9, 7), ": at caseness in between, so not below on both twice", None),
        ("", 2, (7, 9, 7, 7), "", INFO),
        ("the clinic wants three scores, ", 3, (12, 12, 7, 7), "", None),
        ("the clinic wants three scores, ", 3, (9, 7, 7, 7), "", INFO),
    )
]
GOALS = [
    Scenario(Rule.GOAL_STALLED, "a goal 4, 4, 4", ratings(4, 4, 4), None),
    Scenario(Rule.GOAL_STALLED, "a goal 4, 4, 4, 4", ratings(4, 4, 4, 4), LOW),
    Scenario(Rule.GOAL_STALLED, "a goal 4, 4, 4, 5: a gain of one", ratings(4, 4, 4, 5), None),
    Scenario(Rule.GOAL_STALLED, "a goal 8, 8, 8, 8: at its target", ratings(8, 8, 8, 8), None),
    Scenario(
        Rule.GOAL_STALLED,
        "the clinic looks at three ratings: 4, 4, 4",
        ratings(4, 4, 4),
        LOW,
        house=set_by_clinic(Rule.GOAL_STALLED, RuleParameter.RATINGS, 3),
    ),
    Scenario(
        Rule.GOAL_STALLED,
        "the clinic looks at six ratings: 5, 5, 3, 4, 4, 5, which gain two over the last four",
        ratings(5, 5, 3, 4, 4, 5),
        LOW,
        house=set_by_clinic(Rule.GOAL_STALLED, RuleParameter.RATINGS, 6),
    ),
    Scenario(Rule.GOAL_STALLED, "a goal 4, 4, 4, 4 that has ended", ended(4, 4, 4, 4), None),
    Scenario(
        Rule.GOAL_STALLED,
        "five levels, at -1, a microsecond before its review's day is past",
        attainment(-1),
        None,
        before(past(10)),
    ),
    Scenario(
        Rule.GOAL_STALLED,
        "five levels, at -1, its review's day past",
        attainment(-1),
        LOW,
        past(10),
    ),
    Scenario(
        Rule.GOAL_STALLED, "five levels, at 0, its review's day past", attainment(0), None, past(10)
    ),
]
SESSIONS = [
    Scenario(Rule.DNA_1, "attended", sessions(SEEN), None),
    Scenario(Rule.DNA_1, "did not attend", sessions(MISSED), LOW),
    Scenario(Rule.DNA_2, "did not attend once", sessions(MISSED), None),
    Scenario(
        Rule.DNA_2, "did not attend, attended, did not attend", sessions(MISSED, SEEN, MISSED), None
    ),
    Scenario(Rule.DNA_2, "did not attend twice in a row", sessions(MISSED, MISSED), M),
    Scenario(
        Rule.DNA_2,
        "did not attend, came too late, did not attend: still in a row",
        sessions(MISSED, LATE, MISSED),
        M,
    ),
    Scenario(
        Rule.DNA_2,
        "the clinic counts three: twice in a row",
        sessions(MISSED, MISSED),
        None,
        house=set_by_clinic(Rule.DNA_2, RuleParameter.IN_A_ROW, 3),
    ),
    Scenario(Rule.LATE_NOT_SEEN, "attended", sessions(SEEN), None),
    Scenario(Rule.LATE_NOT_SEEN, "came too late to be seen", sessions(LATE), LOW),
    Scenario(Rule.DNA_1, "came too late to be seen: not a missed session", sessions(LATE), None),
    Scenario(
        Rule.OUTCOME_MISSING,
        "no score, a microsecond before seven days are past",
        sessions(SEEN),
        None,
        before(past(7)),
    ),
    Scenario(Rule.OUTCOME_MISSING, "no score, seven days past", sessions(SEEN), LOW, past(7)),
    Scenario(Rule.OUTCOME_MISSING, "a score on the seventh day", paired(7), None, past(7)),
    Scenario(Rule.OUTCOME_MISSING, "a score on the eighth day", paired(8), LOW, past(9)),
    Scenario(
        Rule.OUTCOME_MISSING,
        "a score that cannot be used, on the seventh day",
        paired(7, usable=False),
        LOW,
        past(7),
    ),
]
ALL = [*SAFETY, *SCORES, *BOTH, *HELD, *GOALS, *SESSIONS, *WAITS]
