"""What a client on a link may know of a clinic, without any token, and nothing else."""

from uuid import uuid4

from tests.clinics.house import CRISIS, House


PATH = "clinics/{}/respondent-texts"


async def test_everybody_may_read_what_clients_are_shown(house: House) -> None:
    answer = await house.get(PATH.format(house.north), {})
    assert answer.status_code == 200
    assert answer.json() == {
        "clinic_id": str(house.north),
        "sender_name": "The Practice",
        "crisis_texts": CRISIS,
        "crisis_text_version": 1,
    }


async def test_the_newest_text_in_force_is_shown(house: House) -> None:
    words = {"en": "Call 999 when you are in danger.", "pl": "W razie zagrożenia dzwoń pod 112."}
    change = {
        "zone": "Europe/London",
        "session_minutes": 50,
        "crisis_texts": words,
        "sender_name": "Estuary",
        "version": 1,
    }
    assert (await house.put(change)).status_code == 200
    shown = (await house.get(PATH.format(house.north), {})).json()
    assert (shown["crisis_texts"], shown["crisis_text_version"]) == (words, 2)
    assert shown["sender_name"] == "Estuary"


async def test_an_unknown_clinic_is_not_there(house: House) -> None:
    assert (await house.get(PATH.format(uuid4()), {})).status_code == 404
    assert (await house.get(PATH.format("north"), {})).status_code == 422


async def test_nothing_else_is_open(house: House) -> None:
    assert (await house.get(f"clinics/{house.north}/settings", {})).status_code == 401
    assert (await house.get("clinics", {})).status_code == 401
