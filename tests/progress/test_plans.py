"""What is asked all the time goes by indexes, however much lies in its tables."""

import asyncpg
from sqlalchemy.dialects import postgresql

from services.progress.queries.cases import _WHOLE
from tests.progress.desk import Clinic


async def test_what_was_done_with_is_not_read_for_a_case(clinic: Clinic) -> None:
    """Whatever was ever set aside stays in its table."""
    asked = _WHOLE.params(case=clinic.story.case_id, leads=True, me=None).compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    connection = await asyncpg.connect(clinic.world.settings.database("progress", "api"))
    await connection.execute("set enable_seqscan = off")
    plan = "\n".join(row[0] for row in await connection.fetch(f"explain {asked}"))
    await connection.close()
    assert {"parked_keys", "parked_skipped"} <= set(plan.split())
    assert "Seq Scan on parked" not in plan
