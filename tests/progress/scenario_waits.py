"""The scenarios of the rules of waiting, at their boundaries."""

from shared.events.rules import RuleParameter
from shared.events.words import EndCode, Rule
from tests.progress.scenarios import (
    DAY,
    INFO,
    LOW,
    H,
    M,
    Scenario,
    again,
    assessed,
    before,
    past,
    referred,
    set_by_clinic,
)


WAITS = [
    Scenario(
        Rule.WAIT_BREACH,
        "waiting, a microsecond before 42 days are past",
        referred(),
        None,
        before(past(42)),
    ),
    Scenario(Rule.WAIT_BREACH, "waiting, 42 days past", referred(), M, past(42)),
    Scenario(
        Rule.WAIT_BREACH,
        "waiting, a microsecond before 126 days are past",
        referred(),
        M,
        before(past(126)),
    ),
    Scenario(Rule.WAIT_BREACH, "waiting, 126 days past", referred(), H, past(126)),
    Scenario(Rule.WAIT_BREACH, "first treatment on day 42", referred(42), None),
    Scenario(Rule.WAIT_BREACH, "first treatment on day 43", referred(43), M),
    Scenario(Rule.WAIT_BREACH, "first treatment on day 126", referred(126), M),
    Scenario(Rule.WAIT_BREACH, "first treatment on day 127", referred(127), H),
    Scenario(Rule.WAIT_BREACH, "an assessment on day 10 stops no clock", assessed, M, past(42)),
    *(
        Scenario(
            Rule.WAIT_BREACH,
            f"the clinic wants to know of those who wait from day 14: {what}",
            referred(),
            severity,
            seen,
            set_by_clinic(Rule.WAIT_BREACH, RuleParameter.FROM_DAYS, 14),
        )
        for what, severity, seen in (
            ("a microsecond before 14 days are past", None, before(past(14))),
            ("14 days past", LOW, past(14)),
            ("42 days past", M, past(42)),
        )
    ),
    Scenario(
        Rule.LONG_GAP, "second treatment 28 days after the first", referred(1, 29), None, past(40)
    ),
    Scenario(
        Rule.LONG_GAP, "second treatment 29 days after the first", referred(1, 30), LOW, past(40)
    ),
    Scenario(
        Rule.LONG_GAP, "second treatment 90 days after the first", referred(1, 91), LOW, past(92)
    ),
    Scenario(
        Rule.LONG_GAP, "second treatment 91 days after the first", referred(1, 92), M, past(92)
    ),
    Scenario(
        Rule.LONG_GAP,
        "no second one, a microsecond before 28 days are past",
        referred(0),
        None,
        before(past(28)),
    ),
    Scenario(Rule.LONG_GAP, "no second one, 28 days past", referred(0), LOW, past(28)),
    Scenario(
        Rule.DISENGAGED,
        "open, no contact, a microsecond before 90 days are past",
        referred(0),
        None,
        before(past(90)),
    ),
    Scenario(Rule.DISENGAGED, "open, no contact, 90 days past", referred(0), M, past(90)),
    Scenario(
        Rule.DISENGAGED,
        "closed, no contact, 90 days past",
        lambda s: [*referred(0)(s), s.closed(20 * DAY)],
        None,
        past(90),
    ),
    Scenario(Rule.REPEAT_REFERRAL, "referred again after 365 days", again(365), INFO),
    Scenario(Rule.REPEAT_REFERRAL, "referred again after 366 days", again(366), None),
    Scenario(
        Rule.REPEAT_REFERRAL,
        "referred again after 30 days; the earlier one was not taken on",
        again(30, EndCode.NOT_SUITABLE_NO_ACTION),
        None,
    ),
]
