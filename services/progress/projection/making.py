"""A new, empty version of the projection in the database, and old ones away."""

from services.progress.models import versions
from services.progress.projection.store import Connection


_FORMER = "select version from projection where not live order by version"
# No number is given twice: what a worker remembers of a row is told by the row's own number.
_NEXT = """
select 1 + greatest((select max(version) from projection), (select max(version) from rebuild))
"""
_TAKE = """
update rebuild set state = 'building', version = $2, began_at = now() where number = $1
"""
_NO_WAY_BACK = "update rebuild set previous = null where previous = $1"
_SUPERSEDED = """
update rebuild set state = 'given_up', problem = 'a later rebuild began'
where number <> $1 and state in ('building', 'compared')
"""


async def make(connection: Connection, rebuild: int) -> int:
    """Make the version of a rebuild, in one transaction; what is not live goes. Its number."""
    async with connection.transaction():
        for (former,) in await connection.fetch(_FORMER):
            for statement in versions.dropping(former):
                await connection.execute(statement)
            await connection.execute(_NO_WAY_BACK, former)
        version: int = await connection.fetchval(_NEXT)
        for statement in versions.making(version):
            await connection.execute(statement)
        await connection.execute(_SUPERSEDED, rebuild)
        await connection.execute(_TAKE, rebuild, version)
    return version
