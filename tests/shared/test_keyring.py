"""The key service: one key a person, sealed values that cannot move, keys that stay destroyed."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from shared import migrate
from shared.errors import Conflict, Unavailable
from shared.keyring import ERASED, MIGRATIONS, Keyring, NotSealedForThis, open_sealed, seal
from shared.settings import Settings
from tests.kit import fresh_settings
from tests.servers import PostgresServer


OLD, NEW = "01" * 32, "02" * 32


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres, master_key=SecretStr(OLD))
    await migrate.prepare(postgres.admin_url, "keyring", made)
    await migrate.migrate(made.database("keyring", "owner"), "keyring", MIGRATIONS)
    return made


def with_masters(settings: Settings, masters: str) -> Settings:
    return settings.model_copy(update={"master_key": SecretStr(masters)})


@pytest.fixture
async def keyring(settings: Settings) -> AsyncIterator[Keyring]:
    made = Keyring(settings, "api")
    yield made
    await made.close()


@pytest.fixture
async def reader(settings: Settings) -> AsyncIterator[Keyring]:
    made = Keyring(settings, "worker")
    yield made
    await made.close()


async def test_a_subject_has_one_key_however_often_it_is_made(
    keyring: Keyring, reader: Keyring
) -> None:
    subject = uuid4()
    keys = await asyncio.gather(*(keyring.create(subject) for _ in range(20)))
    assert len(set(keys)) == 1
    assert await reader.fetch(subject) == keys[0]
    assert await keyring.create(uuid4()) != keys[0]


async def test_what_is_sealed_opens_only_for_its_subject_field_and_key(keyring: Keyring) -> None:
    subject, other = uuid4(), uuid4()
    key, others = await keyring.create(subject), await keyring.create(other)
    sealed = seal(key, subject, "contact", "Ada@example.org")
    assert open_sealed(key, subject, "contact", sealed) == "Ada@example.org"
    for wrong in (
        (key, other, "contact", sealed),
        (key, subject, "name", sealed),
        (others, subject, "contact", sealed),
        (key, subject, "contact", sealed[:-4] + "AAAA"),
        (key, subject, "contact", "sealed:"),
        (key, subject, "contact", "sealed:-"),
    ):
        with pytest.raises(NotSealedForThis) as refused:
            open_sealed(*wrong)
        assert "Ada@" not in str(refused.value)


async def test_the_same_words_are_never_sealed_alike(keyring: Keyring) -> None:
    subject = uuid4()
    key = await keyring.create(subject)
    assert len({seal(key, subject, "contact", "ada")[:23] for _ in range(10_000)}) == 10_000


async def test_a_destroyed_key_reads_as_erased_and_is_never_made_again(
    keyring: Keyring, reader: Keyring
) -> None:
    subject = uuid4()
    sealed = seal(await keyring.create(subject), subject, "contact", "Ada@example.org")
    await keyring.destroy(subject)
    await keyring.destroy(subject)
    key = await reader.fetch(subject)
    assert key is ERASED
    assert open_sealed(key, subject, "contact", sealed) is ERASED
    with pytest.raises(Conflict):
        await keyring.create(subject)


async def test_destroying_before_there_is_a_key_holds_too(keyring: Keyring) -> None:
    subject = uuid4()
    await keyring.destroy(subject)
    assert await keyring.fetch(subject) is ERASED


async def test_a_key_that_never_was_is_not_taken_for_a_destroyed_one(reader: Keyring) -> None:
    with pytest.raises(LookupError):
        await reader.fetch(uuid4())


async def test_who_may_only_read_keys_cannot_make_or_destroy_them(
    keyring: Keyring, reader: Keyring
) -> None:
    subject = uuid4()
    await keyring.create(subject)
    with pytest.raises(Unavailable):
        await reader.create(uuid4())
    with pytest.raises(Unavailable):
        await reader.destroy(subject)
    assert isinstance(await reader.fetch(subject), bytes)


async def test_a_destroyed_row_takes_no_key_again_from_anybody(
    keyring: Keyring, settings: Settings
) -> None:
    subject = uuid4()
    await keyring.destroy(subject)
    owner = await asyncpg.connect(settings.database("keyring", "owner"))
    try:
        with pytest.raises(asyncpg.RaiseError):
            await owner.execute(
                "update data_key set wrapped = '\\x00', master_id = 'x', destroyed_at = null "
                "where subject_id = $1",
                subject,
            )
    finally:
        await owner.close()


async def test_the_stored_row_does_not_hold_the_key(keyring: Keyring, settings: Settings) -> None:
    subject = uuid4()
    key = await keyring.create(subject)
    owner = await asyncpg.connect(settings.database("keyring", "owner"))
    try:
        row = await owner.fetchrow("select * from data_key where subject_id = $1", subject)
    finally:
        await owner.close()
    assert row is not None
    assert key not in row["wrapped"]
    assert key.hex() not in row["wrapped"].hex()


async def test_a_master_key_is_changed_without_losing_a_key(settings: Settings) -> None:
    subject, both = uuid4(), Keyring(with_masters(settings, f"{NEW},{OLD}"), "api")
    old, new = Keyring(settings, "api"), Keyring(with_masters(settings, NEW), "api")
    try:
        key = await old.create(subject)
        assert await both.fetch(subject) == key
        with pytest.raises(NotSealedForThis):
            await new.fetch(subject)
        assert await both.rewrap() >= 1
        assert await new.fetch(subject) == key
        assert await both.rewrap() == 0
        back = Keyring(with_masters(settings, f"{OLD},{NEW}"), "api")
        await back.rewrap()  # the other tests' ring knows only the old one
        await back.close()
    finally:
        for ring in (old, both, new):
            await ring.close()


async def test_a_key_service_that_is_away_is_unavailable_and_says_nothing_more(
    settings: Settings,
) -> None:
    away = Keyring(settings.model_copy(update={"database_prefix": "nowhere_"}), "api")
    try:
        with pytest.raises(Unavailable) as refused:
            await away.create(uuid4())
    finally:
        await away.close()
    assert refused.value.status == 503
    assert "nowhere" not in refused.value.detail


@pytest.mark.parametrize("master", ["", "00", "zz" * 32, f"{OLD},00"])
def test_a_master_key_of_another_length_is_refused(settings: Settings, master: str) -> None:
    with pytest.raises(ValueError, match=r"master key|non-hexadecimal"):
        Keyring(with_masters(settings, master), "api")
