"""Live, a clinician hears of the flags of their own cases, and of those that came to them."""

from uuid import UUID, uuid4

from services.progress.queries.heard import heard_by
from shared.auth import Actor
from shared.db import Database
from shared.events.words import Role
from shared.hearing import EVERYTHING, Change, Own
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import at
from tests.progress.test_escalation import looked, stands_in


def change(clinic: Clinic, *cases: UUID, kind: str = "progress.flag_raised") -> Change:
    keys = [str(case_id) for case_id in cases]
    return {"clinic_id": str(clinic.story.clinic_id), "kinds": {kind: len(keys)}, "keys": keys}


def hearing(clinic: Clinic, database: Database, who: UUID) -> Own:
    clinics = frozenset({clinic.story.clinic_id})
    return Own(database, heard_by, Actor(str(who), frozenset({Role.CLINICIAN}), clinics))


async def test_a_clinician_hears_of_their_own_cases_and_of_what_came_to_them(
    clinic: Clinic,
) -> None:
    deputy, colleague = uuid4(), uuid4()
    await stands_in(clinic, deputy)
    await flagged(clinic)
    mine, other = clinic.story.case_id, uuid4()
    database = Database(clinic.world.settings.database("progress", "api"), 2)
    whose = clinic.story.clinician_id
    own = hearing(clinic, database, whose)
    told = await own.of(change(clinic, mine, other))
    assert told
    assert told["keys"] == [str(mine)]
    assert await own.of(change(clinic, other)) is None
    for nobody in (deputy, colleague):
        assert await hearing(clinic, database, nobody).of(change(clinic, mine)) is None
    await looked(clinic, at(4 * 60 + 1))  # it goes on to the deputy
    assert await hearing(clinic, database, deputy).of(change(clinic, mine))
    assert await hearing(clinic, database, colleague).of(change(clinic, mine)) is None
    diary = change(clinic, mine, kind="scheduling.appointment_booked")
    assert await hearing(clinic, database, colleague).of(diary) == diary, "no clinical thing"
    await database.close()


async def test_whose_a_case_is_is_asked_once_however_many_listen(clinic: Clinic) -> None:
    await flagged(clinic)
    said = change(clinic, clinic.story.case_id)
    database = Database(clinic.world.settings.database("progress", "api"), 2)
    whose = clinic.story.clinician_id
    assert await hearing(clinic, database, whose).of(said)
    await database.close()
    away = Database("postgresql+asyncpg://a:b@127.0.0.1:9/c", 1)
    assert await hearing(clinic, away, whose).of(said), "the answer is there already"
    again = change(clinic, clinic.story.case_id)
    assert await hearing(clinic, away, whose).of(again) == EVERYTHING, "nobody can say: ask again"
    await away.close()


async def test_too_many_to_name_are_told_without_names(clinic: Clinic) -> None:
    database = Database(clinic.world.settings.database("progress", "api"), 1)
    many = change(clinic) | {"keys": None}
    assert await hearing(clinic, database, uuid4()).of(many) == many
    await database.close()
