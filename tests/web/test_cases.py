"""Whose a flag is: in a couple's or a family's case the client's name comes first."""

from services.web.cases import by_id, flags_of


GWEN, HARI = ({"client_id": name, "given_name": name, "family_name": "Pryce"} for name in "GH")
CASE = {
    "case_id": "c",
    "case_number": "TM-1004",
    "clients": [GWEN, HARI],
    "clinic_id": "n",
    "status": "open",
    "modality": "couple",
}
FLAG = {
    "flag_id": "f",
    "case_id": "c",
    "severity": "high",
    "rule": "DETERIORATION",
    "state": "raised",
    "sentence": "",
    "raised_at": "2026-11-02T09:00:00Z",
}


def name(client: str | None, *clients: dict[str, str]) -> str:
    cases = by_id([CASE | {"clients": list(clients)}])
    return flags_of([FLAG | {"client_id": client}], cases)[0].name


def test_a_flag_of_one_of_a_couple_says_whose_it_is() -> None:
    assert name("H", GWEN, HARI) == "H (G and H Pryce)"


def test_a_flag_of_all_or_of_the_only_one_has_the_cases_name() -> None:
    assert name(None, GWEN, HARI) == "G and H Pryce"
    assert name("G", GWEN) == "G Pryce"


def test_without_the_case_a_flag_has_no_name() -> None:
    assert flags_of([FLAG | {"client_id": "G"}], {})[0].name == "Name cannot be shown"
