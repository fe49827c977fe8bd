"""At most once: whatever dies or fails, no message goes out twice, and no outcome is made up."""

import asyncio
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from deploy.environment import inherited
from services.notifications import sender
from services.notifications.channels import Away, Letter, Mailbox, Refused, Smtp
from services.notifications.models import State
from shared.service import Worker
from tests.eventpath.world import until
from tests.notifications.world import World


CHILD = """
import asyncio
from services.notifications import sender
from shared.db import Database
from shared.service import Worker
from shared.settings import Settings
settings = Settings()
database = Database(settings.database("notifications", "worker"), 2)
worker = Worker(settings, database, asyncio.Event(), asyncio.Event())
asyncio.run(sender.run(worker))
"""


async def queued(world: World) -> UUID:
    """A case with one confirmation that waits to be sent."""
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case))
    return case.case_id


@dataclass
class Scripted:
    """A channel that answers as it is told, and counts what it was given."""

    answers: list[Exception | None]
    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        """The next answer."""
        self.letters.append(letter)
        if answer := self.answers.pop(0):
            raise answer


async def test_who_is_told_of_a_flag_waits_for_no_client(world: World) -> None:
    """In the order in which they came, but staff before clients."""
    ada, staff = await world.client(), await world.staff(world.clinician)
    case = world.case(ada)
    await world.hears(staff, ada, case, world.booking(case), world.booking(case))
    await world.hears(world.flag(case, world.clinician), world.flag(case, world.clinician))
    await world.sends()
    asked = "select purpose from message where case_id = $1 order by sent_at"
    assert [row["purpose"] for row in await world.rows(asked, case.case_id)] == [
        "flag_raised", "flag_raised", "appointment_booked", "appointment_booked"
    ]  # fmt: skip


@pytest.mark.parametrize(("place", "mails"), [("sending", 0), ("sent", 1)])
async def test_killed_in_the_middle_nobody_knows_and_nothing_goes_twice(
    world: World, place: str, mails: int
) -> None:
    case = await queued(world)
    settings = world.settings
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, stdout=asyncio.subprocess.DEVNULL,
        env=inherited(
            TIDEMARK_DATABASE_URL=settings.database_url,
            TIDEMARK_DATABASE_PREFIX=settings.database_prefix,
            TIDEMARK_DATA_FOLDER=str(world.folder),
            TIDEMARK_FAILPOINT=f"notifications.{place}",
        ),
    )  # fmt: skip
    assert await asyncio.wait_for(child.wait(), 30) == 9
    assert len(world.mails()) == mails
    assert await world.states(case) == [("sending", None)]
    for _ in range(2):
        await world.sends()
    assert len(world.mails()) == mails
    assert await world.states(case) == [("unknown", None)]
    assert await world.events(case) == ["message_queued", "message_unknown"]


async def test_a_refused_message_has_failed(world: World) -> None:
    case = await queued(world)
    channel = Scripted([Refused("550")])
    await world.sends(email=channel)
    await world.sends(email=channel)
    assert await world.states(case) == [("failed", "refused")]
    assert await world.events(case) == ["message_queued", "message_failed"]


async def test_an_unclear_answer_is_shown_as_unknown(world: World) -> None:
    case = await queued(world)
    channel = Scripted([ConnectionResetError()])
    await world.sends(email=channel)
    await world.sends(email=channel)
    assert len(channel.letters) == 1
    assert await world.states(case) == [("unknown", "interrupted")]


async def test_a_server_that_is_away_is_asked_again(world: World) -> None:
    case = await queued(world)
    channel = Scripted([Away("421"), None])
    await world.sends(email=channel)
    assert await world.states(case) == [("queued", None)]
    await world.sends(email=channel)
    assert len(channel.letters) == 1  # not before its time
    await world.rows("update message set try_at = now() where case_id = $1", case)
    await world.sends(email=channel)
    assert await world.states(case) == [("sent", None)]
    assert await world.events(case) == ["message_queued", "message_sent"]


async def test_a_server_that_stays_away_is_given_up(world: World) -> None:
    case = await queued(world)
    await world.rows("update message set created_at = now() - interval '3 hours'")
    await world.sends(email=Scripted([Away("421")]))
    assert await world.states(case) == [("failed", "channel_away")]


async def test_an_outcome_that_could_not_be_written_is_not_forgotten(world: World) -> None:
    case = await queued(world)
    await world.rows("update message set state = 'sending' where case_id = $1", case)
    [row] = await world.rows("select message_id from message where case_id = $1", case)
    async with world.database() as database:
        one = world.sender(database, {})
        one.known[row["message_id"]] = State.SENT
        await one.until_idle()
    assert await world.states(case) == [("sent", None)]


CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where application_name = 'tidemark sender' and datname = current_database()
"""


async def test_a_connection_that_is_cut_is_made_anew(world: World) -> None:
    """Also one that rests just then: asyncpg says so with an error of its own."""
    settings = world.settings.model_copy(update={"data_folder": world.folder})
    async with world.database() as database:
        worker = Worker(settings, database, asyncio.Event(), asyncio.Event())
        sending = asyncio.create_task(sender.run(worker))

        async def cut() -> bool:
            return bool(await world.rows(CUT))

        await until(cut)
        case = await queued(world)

        async def sent() -> bool:
            return await world.states(case) == [("sent", None)]

        await until(sent)
        assert not sending.done()
        worker.stop.set()
        await sending


async def test_two_senders_at_once_send_once(world: World) -> None:
    cases = [await queued(world) for _ in range(5)]
    await asyncio.gather(*(world.sends() for _ in range(3)))
    assert len(world.mails()) == 5
    for case in cases:
        states = await world.states(case)
        assert states in ([("sent", None)], [("unknown", None)])


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as one delivery needs; how it answers after DATA is the server's `answer`."""

    def handle(self) -> None:
        """One conversation."""
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append(text)  # type: ignore[attr-defined]
                answer = self.server.answer  # type: ignore[attr-defined]
                if not answer:
                    return
                self.wfile.write(answer)
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


@contextmanager
def mail_server(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        server.daemon_threads = True
        server.taken, server.answer = [], answer  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}", server.taken  # type: ignore[attr-defined]
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"250 taken\r\n", ("sent", None)),
        (b"554 no\r\n", ("failed", "refused")),
        (b"451 later\r\n", ("queued", None)),
        (b"", ("unknown", "interrupted")),
    ],
)
async def test_what_a_mail_server_says_is_what_is_kept(
    world: World, answer: bytes, state: tuple[str, str | None]
) -> None:
    case = await queued(world)
    with mail_server(answer) as (address, taken):
        await world.sends(email=Smtp(address, "Desk <desk@sender.example>"))
    [mail] = taken
    [row] = await world.rows("select message_id from message where case_id = $1", case)
    assert f"Message-ID: <{row['message_id']}@tidemark>".encode() in mail
    assert mail.count(b"\nTo: ") == 1
    assert await world.states(case) == [state]


async def test_no_mail_server_at_all_is_away() -> None:
    way = Smtp("smtp://127.0.0.1:9", "Desk <desk@sender.example>")
    with pytest.raises(Away):
        await way.send(Letter(UUID(int=1), "a@b.example", None, "s", "b"))


@pytest.mark.parametrize("address", ["a,b@y.org", "=?utf-8?q?b=40y.org=2C_a?=@x.org", "x"])
async def test_what_is_not_one_persons_address_gets_nothing_for_certain(
    tmp_path: Path, address: str
) -> None:
    """Kept before such were refused. Nobody is left to wonder whether it went out."""
    letter = Letter(UUID(int=1), address, None, "s", "b")
    with mail_server(b"250 taken\r\n") as (server, taken):
        for way in (Mailbox(tmp_path, "Desk <d@x.org>"), Smtp(server, "Desk <d@x.org>")):
            with pytest.raises(Refused):
                await way.send(letter)
    assert taken == []
    assert list(tmp_path.iterdir()) == []
