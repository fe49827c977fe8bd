"""A clinic whose clients and staff the notifications service may have heard of."""

import json
from asyncio import Event
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from services.notifications import consumers
from services.notifications.channels import Way, ways
from services.notifications.sender import Sender
from shared.db import Database
from shared.events.clinics import ClinicSettingsChanged, StaffJoined, StaffLeft
from shared.events.goals import MeasureLinkOpened
from shared.events.intake import CaseOpened, ClientRegistered
from shared.events.progress import (
    ConcernEscalated,
    ConcernNamed,
    ConcernRaised,
    FlagAssigned,
    FlagEscalated,
    FlagRaised,
)
from shared.events.scheduling import AppointmentBooked, AppointmentCancelled
from shared.events.words import Channel, Modality, Role, Rule, SessionKind, SessionMode, Severity
from shared.keyring import Keyring, seal
from shared.service import Worker
from shared.settings import Settings
from tests.kit import Issuer


CANARY = "zebra-canary"
Heard = (
    ClinicSettingsChanged
    | ClientRegistered
    | CaseOpened
    | AppointmentBooked
    | AppointmentCancelled
    | MeasureLinkOpened
    | FlagRaised
    | FlagAssigned
    | FlagEscalated
    | ConcernRaised
    | ConcernNamed
    | ConcernEscalated
    | StaffJoined
    | StaffLeft
)
HANDLERS = {
    ClinicSettingsChanged: consumers.know_sender,
    ClientRegistered: consumers.know_client,
    CaseOpened: consumers.know_case,
    AppointmentBooked: consumers.tell_booked,
    AppointmentCancelled: consumers.tell_cancelled,
    MeasureLinkOpened: consumers.tell_link,
    FlagRaised: consumers.alert,
    FlagAssigned: consumers.hand,
    FlagEscalated: consumers.escalate,
    ConcernRaised: consumers.pass_on,
    ConcernNamed: consumers.let_see,
    ConcernEscalated: consumers.remind,
    StaffJoined: consumers.know_staff,
    StaffLeft: consumers.know_last_day,
}


@dataclass
class World:
    """One clinic with one clinician; its folder is the mailbox's."""

    settings: Settings
    issuer: Issuer
    folder: Path
    clinic: UUID = field(default_factory=uuid4)
    clinician: UUID = field(default_factory=uuid4)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The worker role's way to the database."""
        made = Database(self.settings.database("notifications", "worker"), 3)
        try:
            yield made
        finally:
            await made.close()

    async def hears(self, *events: Heard) -> None:
        """Handle events, each in a transaction of its own."""
        async with self.database() as database:
            for event in events:
                async with database.session() as session:
                    await HANDLERS[type(event)](session, event)  # type: ignore[operator]

    async def sends(self, **channels: Way) -> None:
        """One tenure of the sender that ends when nothing more can be done now."""
        async with self.database() as database:
            await self.sender(database, channels).until_idle()

    def sender(self, database: Database, channels: dict[str, Way]) -> "IdleSender":
        """A sender on this clinic's mailbox, or on other channels."""
        given = {Channel(name): way for name, way in channels.items()}
        settings = self.settings.model_copy(update={"data_folder": self.folder})
        return IdleSender(Worker(settings, database, Event(), Event()), ways(settings) | given)

    def mails(self) -> list[Mail]:
        """What lies in the mailbox, oldest first."""
        files = sorted((self.folder / "mailbox").glob("*.eml"))
        return [message_from_bytes(file.read_bytes()) for file in files]

    async def rows(self, query: str, *given: object) -> list[asyncpg.Record]:
        """What the database holds, as its owner sees it."""
        connection = await asyncpg.connect(self.settings.database("notifications", "owner"))
        try:
            found: list[asyncpg.Record] = await connection.fetch(query, *given)
            return found
        finally:
            await connection.close()

    async def states(self, case_id: UUID) -> list[tuple[str, str | None]]:
        """State and reason of a case's messages."""
        query = "select state, reason from message where case_id = $1 order by number"
        return [(row["state"], row["reason"]) for row in await self.rows(query, case_id)]

    async def events(self, case_id: UUID) -> list[str]:
        """The types of a case's events, in order."""
        rows = await self.rows("select type from outbox where key = $1 order by pos", str(case_id))
        return [row["type"].partition(".")[2] for row in rows]

    async def client(self, *contacts: tuple[str, str, bool], key: bool = True) -> ClientRegistered:
        """A client with these contacts, or with one safe e-mail address."""
        client_id = uuid4()
        given = contacts or (("email", f"{client_id.hex[:8]}@{CANARY}.example", True),)
        plain = json.dumps(
            {
                "given_name": "Ada",
                "language": None,
                "contacts": [{"kind": k, "value": v, "safe": s} for k, v, s in given],
            }
        )
        return ClientRegistered(
            occurred_at=datetime.now(UTC),
            clinic_id=self.clinic,
            client_id=client_id,
            contact=await self._sealed(client_id, "contact", plain) if key else None,
        )

    async def staff(self, staff_id: UUID, *roles: Role) -> StaffJoined:
        """Somebody who works at the clinic."""
        plain = json.dumps({"name": CANARY, "email": f"{staff_id.hex[:8]}@staff.example"})
        return StaffJoined(
            occurred_at=datetime.now(UTC),
            clinic_id=self.clinic,
            staff_id=staff_id,
            roles=roles or (Role.CLINICIAN,),
            contact=await self._sealed(staff_id, "contact", plain),
        )

    async def sender_name(self, name: str, since: datetime) -> ClinicSettingsChanged:
        """The name under which the clinic's messages go out from a moment on."""
        return ClinicSettingsChanged(
            occurred_at=since,
            clinic_id=self.clinic,
            effective_from=since,
            zone="Europe/London",
            crisis_text_version=1,
            session_minutes=50,
            sender=await self._sealed(self.clinic, "sender", name),
        )

    async def _sealed(self, subject: UUID, field: str, plain: str) -> str:
        keyring = Keyring(self.settings, "api")
        try:
            return seal(await keyring.create(subject), subject, field, plain)
        finally:
            await keyring.close()

    def case(self, *clients: ClientRegistered) -> CaseOpened:
        """A case of these clients, or of nobody in particular."""
        now = datetime.now(UTC)
        return CaseOpened(
            occurred_at=now,
            clinic_id=self.clinic,
            case_id=uuid4(),
            case_number="TM-4821",
            client_ids=tuple(client.client_id for client in clients),
            modality=Modality.COUPLE if len(clients) == 2 else Modality.INDIVIDUAL,
            clinician_id=self.clinician,
            referred_at=now,
        )

    def booking(self, case: CaseOpened, ago: timedelta = timedelta()) -> AppointmentBooked:
        """A session of a case on 1 December 2026 at ten in London, booked so long ago."""
        starts = datetime(2026, 12, 1, 10, tzinfo=UTC)
        return AppointmentBooked(
            occurred_at=datetime.now(UTC) - ago,
            clinic_id=self.clinic,
            case_id=case.case_id,
            appointment_id=uuid4(),
            clinician_id=self.clinician,
            client_ids=case.client_ids,
            room_id=None,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=50),
            zone="Europe/London",
            kind=SessionKind.ASSESSMENT,
            mode=SessionMode.IN_PERSON,
            tzdata="2026.1",
        )

    async def link(
        self, case: CaseOpened, client: ClientRegistered, path: str | None, **given: datetime
    ) -> MeasureLinkOpened:
        """A link on which a client may answer, sent or handed over."""
        now = datetime.now(UTC)
        usual = {"occurred_at": now, "expires_at": now + timedelta(days=7)}
        return MeasureLinkOpened(
            **(usual | given),
            clinic_id=self.clinic,
            case_id=case.case_id,
            client_id=client.client_id,
            measure="phq-9",
            link_id=uuid4(),
            link=await self._sealed(client.client_id, "link", path) if path else None,
        )

    def flag(self, case: CaseOpened, clinician: UUID | None) -> FlagRaised:
        """A flag on a case, for a clinician or for whom it may concern."""
        now = datetime.now(UTC)
        return FlagRaised(
            occurred_at=now,
            clinic_id=self.clinic,
            flag_id=uuid4(),
            case_id=case.case_id,
            client_id=None,
            rule=Rule.SI_ITEM,
            rule_version=1,
            severity=Severity.URGENT,
            clinician_id=clinician,
            evidence=(uuid4(),),
            raised_at=now,
        )

    def headers(self, role: Role, who: UUID | None = None) -> dict[str, str]:
        """A call's headers for somebody of this clinic."""
        return self.issuer.headers(who or uuid4(), role, self.clinic)


class IdleSender(Sender):
    """The sender, ending when there is nothing to do, as a test wants it."""

    async def until_idle(self) -> None:
        """Settle what was interrupted, then send until nothing is due."""
        try:
            await self.settle_interrupted()
            while await self.send_due():
                pass
        finally:
            await self.keyring.close()
