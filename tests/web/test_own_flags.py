"""A clinician's own flags: open ones alone in the lists, in whose hands each is, one count."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_case import CASE, GOAL, OURS, Cookie, listed, one_case
from tests.web.test_flag_pages import FLAG, flag


RUTH = "5f1f2a51-6a3c-4f0e-9d8e-0000000000aa"
TOMAS = "5f1f2a51-6a3c-4f0e-9d8e-0000000000bb"
RAISED: dict[str, Any] = {"state": "raised", "acknowledged": None}
SEEN = {"by": RUTH, "at": "2026-11-25T09:00:00Z", "note": None}


@pytest.fixture
def people(upstream: Upstream) -> None:
    """A case of Mara's; Ruth leads, Tomas is another clinician."""
    one_case(upstream)
    named = ((STAFF, "Mara Ellis", "clinician"), (TOMAS, "Tomas Berg", "clinician"))
    staff = [
        {"staff_id": id_, "name": name, "roles": [role]}
        for id_, name, role in (*named, (RUTH, "Ruth Adeyemi", "clinical_lead"))
    ]
    upstream.answers["/clinics/v1/staff"] = listed(*staff)


def section(page: str, name: str) -> str:
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


async def test_cleared_and_closed_flags_stand_in_no_list_of_work(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, people: None
) -> None:
    past = [
        flag(state="cleared", acknowledged=None, sentence="Still waiting."),
        flag(state="closed", flag_id=GOAL, sentence="Was looked at."),
    ]
    load = {"goals": [], "measures": [], "case_id": CASE, "case_number": "TM-1", "flags": past}
    upstream.answers["/progress/v1/caseload"] = listed(load)
    page = (await http.get("/clinician/flags", headers=signed_in("clinician"))).text
    for name in ("h-raised", "h-taken"):
        assert "Still waiting." not in section(page, name)
        assert "Was looked at." not in section(page, name)
    assert "0 open, 0 to acknowledge" in page
    head, _, folded = page.partition("Cleared – what they rested on no longer stands, 1 flag")
    assert "Still waiting." not in head
    assert "and said: “Still waiting.”" in folded
    assert "tm-flag--" not in folded.partition("</details>")[0]
    assert "Closed, 1 flag" in head


async def test_page_day_and_menu_count_the_same_flags(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, people: None
) -> None:
    """Open is what is neither closed nor cleared; what nobody has seen is to acknowledge."""
    upstream.answers["/progress/v1/flags"] = listed(
        flag(**RAISED), flag(flag_id=GOAL), flag(flag_id=CASE, state="in_review")
    )
    upstream.answers["/progress/v1/flags/counts"] = (200, {"open": 3}, {})
    said = {
        "/clinician/flags": "3 open, 1 to acknowledge",
        "/clinician": "1 to acknowledge, 3 open in all",
        f"/clinician/cases/{CASE}": "",
    }
    for path, words in said.items():
        page = (await http.get(path, headers=signed_in("clinician"))).text
        assert words in page
        assert 'tm-header__count">3<' in page
    asked = [dict(query) for _, path, query in upstream.asked if "/v1/flags" in path]
    assert {each["whose"] for each in asked} == {STAFF}
    assert {each.get("state") for each in asked} == {"open", None}  # the number is of open ones


async def test_a_flag_given_by_a_colleague_stands_with_its_name_on_ones_own_pages(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, people: None
) -> None:
    """Also where somebody else has acknowledged it before."""
    given = flag(assigned_to=STAFF, acknowledged=SEEN, sentence="Given.")
    upstream.answers["/progress/v1/flags"] = listed(given)
    for path in ("/clinician", "/clinician/flags"):
        page = (await http.get(path, headers=signed_in("clinician", "clinical_lead"))).text
        assert "Given." in page
        assert "Name cannot be shown" not in page
        assert "Mara Ellis looks into it" in page
    lead = (await http.get("/lead?show=mine", headers=signed_in("clinical_lead"))).text
    assert "In my hands 1" in lead
    assert "Given." in lead


async def test_what_is_given_and_not_acknowledged_says_in_whose_hands_it_is(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, people: None
) -> None:
    given = flag(**RAISED, assigned_to=RUTH)
    upstream.answers |= {
        "/progress/v1/flags": listed(given),
        f"/progress/v1/flags/{FLAG}": (200, given, {}),
    }
    said = "In the hands of Ruth Adeyemi, who has not acknowledged it yet"
    for path in ("/lead", "/clinician/flags", f"/clinician/flags/{FLAG}"):
        page = (await http.get(path, headers=signed_in("clinician", "clinical_lead"))).text
        assert said in page
        assert "nobody has it yet" not in page.lower()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (f"/clinician/flags/{FLAG}", ["Me", "Ruth Adeyemi"]),
        (f"/lead/flags/{FLAG}", ["Me", "Ruth Adeyemi"]),
        ("/lead", ["Me", "Ruth Adeyemi"]),
    ],
)
async def test_only_who_may_open_the_case_is_offered(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    people: None,
    path: str,
    names: list[str],
) -> None:
    upstream.answers |= {
        "/progress/v1/flags": listed(flag(**RAISED)),
        f"/progress/v1/flags/{FLAG}": (200, flag(**RAISED), {}),
    }
    page = (await http.get(path, headers=signed_in("clinician", "clinical_lead"))).text
    choice = page.partition('<select class="nhsuk-select"')[2].partition("</select>")[0]
    assert [name for name in ("Me", "Ruth Adeyemi", "Tomas Berg") if f">{name}<" in choice] == names


async def test_a_closed_flag_is_nobodys_to_look_into(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, people: None
) -> None:
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (
        200,
        flag(state="closed", assigned_to=STAFF, clinic_id=CLINIC),
        {},
    )
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    assert "Mara Ellis looked into it" in section(page, "h-clock")
    assert "looks into it" not in page


CLOCK = {"what": "act", "since": "2026-11-25T09:00:00Z", "due_at": "2030-11-27T09:00:00Z"}


async def test_a_safety_flag_stays_on_my_day_until_somebody_has_acted(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, people: None
) -> None:
    """What nobody has seen stands first, and alone is counted as what needs somebody first."""
    clock = CLOCK | {"past": False}
    seen = flag(clock=clock, sentence="Seen by me.")
    hers = flag(flag_id=GOAL, clock=clock, acknowledged=SEEN, sentence="Seen by her.")
    new = flag(**RAISED, flag_id=CASE, sentence="Nobody saw.")
    others = {"safety": False, "rule": "DNA_1", "flag_id": STAFF, "sentence": "Not safety."}
    done = flag(flag_id=TOMAS, state="actioned", clock=clock | {"what": "close"}, sentence="Done.")
    less = flag(**RAISED | others | {"flag_id": RUTH, "severity": "low", "sentence": "Less."})
    all_ = (less, new, seen, hers, flag(**others, clock=clock), done)
    upstream.answers["/progress/v1/flags"] = listed(*all_)
    page = (await http.get("/clinician", headers=signed_in("clinician"))).text
    panel = section(page, "h-flags")
    first, _, after = panel.partition('id="to-act"')
    assert "Nobody saw." in first
    assert "Less." not in first, "safety first, also what somebody has seen already"
    assert "Less." in after.partition("Less urgent")[2]
    assert "Seen by me." in after
    assert "You have seen it; act by 27 Nov 2030 09:00" in after
    assert "Ruth Adeyemi has seen it; act by 27 Nov 2030 09:00" in after
    assert "Not safety." not in panel
    assert "Done." not in panel
    assert "2 to acknowledge, 2 about safety seen and still to act on, 6 open in all" in panel
    assert "1 flag about safety needs you first." in page


SAW = "Mara Ellis has seen it; nobody is named to look into it"
ACTED = "Ruth Adeyemi acted on it; nobody is named to look into it"
WAS = "Ruth Adeyemi acted on it; nobody was named to look into it"


@pytest.mark.parametrize(
    ("state", "acts", "says"),
    [("acknowledged", [], SAW), ("actioned", [RUTH], ACTED), ("closed", [STAFF, RUTH], WAS)],
)
async def test_who_has_seen_a_flag_is_said_apart_from_who_is_named_to_look_into_it(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    people: None,
    state: str,
    acts: list[str],
    says: str,
) -> None:
    done = [
        {"act": "actioned", "at": f"2026-11-25T09:0{number}:00Z", "by": by, "note": None}
        for number, by in enumerate(acts)
    ]
    told = flag(state=state, acts=done[::-1])
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, told, {})
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    assert says in section(page, "h-clock")


@pytest.mark.parametrize(
    ("act", "form", "answer", "says"),
    [
        ("assign", {"to": STAFF}, STAFF, "You look into it now."),
        ("assign", {"to": STAFF}, STAFF, "It cannot be given back to nobody."),
        ("assign", {"to": RUTH}, RUTH, "Handed over. Whoever looks into it now is told."),
        ("review", {}, STAFF, "Review started. You look into it now."),
        ("review", {}, RUTH, "Review started. Who looks into it stays as it was."),
    ],
)
async def test_whoever_takes_a_flag_reads_that_they_look_into_it(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    people: None,
    act: str,
    form: dict[str, str],
    answer: str,
    says: str,
) -> None:
    upstream.answers[f"/progress/v1/flags/{FLAG}/{act}"] = (200, {"assigned_to": answer}, {})
    cookie = signed_in("clinician")
    done = await http.post(f"/clinician/flags/{FLAG}/{act}", data=form, headers=cookie | OURS)
    said = done.headers["set-cookie"].partition(";")[0]
    headers = {"Cookie": f"{cookie['Cookie']}; {said}"}
    assert says in (await http.get("/clinician", headers=headers)).text


async def test_who_saw_a_flag_before_what_came_since_still_stands_on_its_card(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, people: None
) -> None:
    for note, said in (("rang them", "“rang them”."), ("Rang them.", "“Rang them.”")):
        again = flag(**RAISED, seen_before=SEEN | {"note": note})
        upstream.answers["/progress/v1/flags"] = listed(again)
        upstream.answers[f"/progress/v1/cases/{CASE}"][1]["flags"] = [again]
        for path in ("/lead", "/clinician", f"/clinician/cases/{CASE}"):
            page = (await http.get(path, headers=signed_in("clinician", "clinical_lead"))).text
            assert "Acknowledged by Ruth Adeyemi" in page
            assert f"{said} More has come since: it asks for a new look." in page
