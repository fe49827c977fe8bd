"""Who has really been told of a flag, and who has not and why; why a cleared one was cleared."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from services.web.clients import Part
from services.web.directory import Clinic
from services.web.flagging.informed import Looking, informed
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.test_flag_pages import AWAY, CASE, FLAG, Cookie, flag


NOW = datetime(2026, 11, 24, 12)  # noqa: DTZ001
NAMES = {"m": "Mara Ellis", "r": "Ruth Adeyemi", "p": "Priya Nair"}
HERE = Clinic(
    "c", "North", "Europe/London", NAMES, clinicians=("m",), clinical=("m", "r"), leads=("r",)
)
SUBJECT = "5f1f2a51-6a3c-4f0e-9d8e-000000000011"


def looking(whole: bool = True) -> Looking:
    return Looking(HERE, NOW, "m", whole)


def meant(role: str, person: str | None = None) -> dict[str, Any]:
    return {"role": role, "person_id": person, "at": "2026-11-24T09:00:00Z"}


def message(person: str, state: str, **more: Any) -> dict[str, Any]:
    made = {"recipient": {"kind": "staff", "id": person}, "state": state, "reason": None}
    made |= {"caused_at": "2026-11-24T09:00:00Z", "created_at": "2026-11-24T09:00:01Z"}
    return made | {"sent_at": "2026-11-24T09:00:02Z" if state == "sent" else None} | more


def listed(*messages: dict[str, Any], current: str | None = "2026-11-24T11:59:00Z") -> Part:
    return Part({"items": list(messages), "next": None, "current_to": current})


def test_only_who_was_written_to_has_been_told() -> None:
    told = {"told": [meant("clinician", "m"), meant("clinical_lead")]}
    found = informed(told, listed(message("m", "sent"), message("r", "sent")), looking())
    assert [(each.words, each.when) for each in found.told] == [
        ("Mara Ellis, the clinician", "Today 09:00"),
        ("Ruth Adeyemi, the clinical lead", "Today 09:00"),
    ]
    assert (found.untold, found.says) == ([], "")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            message("m", "suppressed", reason="late_cause", caused_at="2026-03-12T10:03:00Z"),
            "not sent: it was of 12 Mar 10:03, too old to be of use when it came on today 09:00",
        ),
        (
            message("m", "suppressed", reason="late_cause"),
            "not sent: the message of today 09:00 could not go out until it was too old to be of"
            " use",
        ),
        (message("m", "suppressed", reason="no_contact"), "not sent: no contact is known"),
        (message("m", "failed", reason="refused"), "not delivered: the address was refused"),
        (message("m", "queued"), "waits to be sent since today 09:00"),
        (
            message("m", "unknown", reason="interrupted"),
            "it is not known whether the message of today 09:00 arrived",
        ),
    ],
)
def test_who_has_not_been_told_stands_there_with_the_reason(
    made: dict[str, Any], said: str
) -> None:
    found = informed({"told": [meant("clinician", "m")]}, listed(made), looking())
    assert found.told == []
    assert [each.words for each in found.untold] == [f"Mara Ellis, the clinician: {said}"]


def test_a_role_without_a_message_is_not_told_and_one_who_was_told_twice_is_told_again() -> None:
    told = {"told": [meant("clinician", "m"), meant("front_desk"), meant("clinical_lead")]}
    sent = [message("m", "sent"), message("m", "sent"), message("p", "sent")]
    found = informed(told, listed(*sent), looking())
    assert [each.words for each in found.told] == [
        "Mara Ellis, the clinician",
        "Mara Ellis, the clinician, again",
        "Priya Nair, front desk",
    ]
    said = "The clinical lead: "
    assert [e.words for e in found.untold] == [f"{said}no message about this flag is known"]
    late = informed(told, listed(*sent, current="2026-11-24T08:00:00Z"), looking())
    assert late.untold[0].words == f"{said}not heard of yet; reload the page in a moment"
    deputy = informed(told, listed(*sent), looking(whole=False))
    assert deputy.untold[0].words == f"{said}whether they were written to is not shown to you"


def test_without_the_messages_nobody_is_said_to_have_been_told() -> None:
    found = informed({"told": [meant("clinician", "m")]}, Part(away=True), looking())
    assert found.says.startswith("Whether the messages went out cannot be shown")
    assert [each.words for each in found.told] == ["Mara Ellis, the clinician"]


async def test_the_page_asks_for_its_flags_messages_and_shows_both(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    now = datetime.now().astimezone().isoformat()
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (
        200,
        flag(told=[meant("clinician", STAFF)]),
        {},
    )
    late = message(STAFF, "suppressed", reason="late_cause", caused_at="2026-03-12T10:03:00Z")
    upstream.answers["/notifications/v1/messages"] = (
        200,
        {"items": [late], "next": None, "current_to": now},
        {},
    )
    page = (await http.get(f"/lead/flags/{FLAG}", headers=signed_in("clinical_lead"))).text
    assert "too old to be of use when it came" in page.partition('id="untold"')[2]
    assert "Nobody, as far as is known" in page.partition('id="told"')[2].partition("</ul>")[0]
    asked = [dict(q) for _, path, q in upstream.asked if path == "/notifications/v1/messages"]
    assert {"clinic_id": CLINIC, "flag_id": FLAG}.items() <= asked[0].items()
    upstream.answers["/notifications/v1/messages"] = AWAY
    page = (await http.get(f"/lead/flags/{FLAG}", headers=signed_in("clinical_lead"))).text
    assert "Whether the messages went out cannot be shown just now" in page


def went(how: str, **more: Any) -> dict[str, Any]:
    told = {"how": how, "event_id": CASE, "at": "2020-03-12T10:00:00Z", "type": None}
    return told | {"words": None, "subject_id": SUBJECT, "goal_id": None} | more


VOID = {"at": "2020-03-14T09:00:00Z", "by": STAFF, "reason": "entered_wrongly"}
SCORE = {"type": "goals.measure_completed", "words": "PHQ-9 at 20"}
RATED = {"type": "goals.goal_rated", "words": "An insight goal at 2"}
ENTRY = {"number": 1, "outcome": "did_not_attend", "recorded_at": VOID["at"], "recorded_by": STAFF}
SAID = {"disclosure_id": SUBJECT, "disclosed_at": "2020-03-12T10:00:00Z", "voided": VOID}


@pytest.mark.parametrize(
    ("ended", "path", "answer", "said"),
    [
        (
            went("voided", **SCORE),
            f"/goals/v1/responses/{SUBJECT}",
            {"voided": VOID},
            "“PHQ-9 at 20”, of 12 Mar 2020 10:00, was voided 14 Mar 2020 09:00 by Mara"
            " Ellis: it was entered wrongly.",
        ),
        (
            went("voided", **RATED),
            f"/goals/v1/ratings/{SUBJECT}",
            {
                "voided": True,
                "voided_at": VOID["at"],
                "voided_by": STAFF,
                "void_reason": "duplicate",
            },
            "was voided 14 Mar 2020 09:00 by Mara Ellis: it is there twice.",
        ),
        (
            went("stands", **SCORE),
            f"/goals/v1/responses/{SUBJECT}",
            {
                "history": [
                    {"replaced_at": VOID["at"], "replaced_by": STAFF, "reason": "wrong_time"}
                ]
            },
            "What was entered of 12 Mar 2020 10:00 was corrected 14 Mar 2020 09:00 by Mara"
            " Ellis: it was given at another time. It now says “PHQ-9 at 20”.",
        ),
        (
            went("recorded_otherwise", words="Session: attended"),
            f"/scheduling/v1/appointments/{SUBJECT}/attendance",
            {"items": [ENTRY, ENTRY | {"outcome": "attended"}], "next": None},
            "had been recorded as “did not attend”. It was corrected 14 Mar 2020 09:00 by Mara"
            " Ellis, to “attended”.",
        ),
        (
            went("taken_back"),
            "/goals/v1/disclosures",
            {"items": [SAID], "next": None},
            "What was recorded as said 12 Mar 2020 10:00 was taken back 14 Mar 2020 09:00 by Mara",
        ),
        (went("case_closed"), "/none", {}, "Its case was closed 12 Mar 2020 10:00"),
        (went("not_held"), "/none", {}, "when that was cannot be known here."),
        (
            went("stands", **SCORE),
            f"/goals/v1/responses/{SUBJECT}",
            {"history": []},
            "What it rested on still stands as it was.",
        ),
    ],
)
async def test_a_cleared_flag_says_what_went_away_when_and_by_whom(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    ended: dict[str, Any],
    path: str,
    answer: dict[str, Any],
    said: str,
) -> None:
    named(upstream)
    told = flag(state="cleared", acknowledged=None, ended=[ended])
    upstream.answers |= {f"/progress/v1/flags/{FLAG}": (200, told, {}), path: (200, answer, {})}
    page = (await http.get(f"/lead/flags/{FLAG}", headers=signed_in("clinical_lead"))).text
    assert said in page.partition('id="cleared"')[2].partition("</div>")[0]
    assert "It said: “Look.”" in page


async def test_a_reason_whose_service_is_away_keeps_what_is_known(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    named(upstream)
    gone = {"event_id": CASE, "type": None, "at": None, "words": None}
    gone |= {"subject_id": None, "goal_id": None}
    told = flag(state="cleared", ended=[went("voided", **SCORE)], rests_on=[gone])
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, told, {})
    upstream.answers[f"/goals/v1/responses/{SUBJECT}"] = AWAY
    page = (await http.get(f"/lead/flags/{FLAG}", headers=signed_in("clinical_lead"))).text
    assert "was voided; when and by whom cannot be shown just now." in page
    # What it rested on is told as it was, not as something unknown.
    assert "PHQ-9 at 20 (voided)" in page
    assert "Something not held any more" not in page


def named(upstream: Upstream) -> None:
    """Mara Ellis works at the clinic, which is in London; its clock is what pages show."""
    clinic = {"clinic_id": CLINIC, "name": "North", "zone": "Europe/London"}
    staff = {"staff_id": STAFF, "name": "Mara Ellis", "roles": ["clinician"]}
    upstream.answers |= {
        "/clinics/v1/clinics": (200, {"items": [clinic], "next": None}, {}),
        "/clinics/v1/staff": (200, {"items": [staff], "next": None}, {}),
    }
