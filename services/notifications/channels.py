"""Ways to people: one interface, a mailbox for development, an SMTP server."""

import asyncio
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from shared.addresses import EMAIL_ADDRESS
from shared.events.words import Channel
from shared.settings import Settings


NUMBER = re.compile(r"[+0-9 ()./-]+")
PATIENCE = 20.0  # seconds in which an SMTP server has to answer


class Refused(Exception):
    """The channel certainly did not take the message, and never will."""


class Away(Exception):
    """The channel certainly did not take the message; it may later."""


@dataclass(frozen=True)
class Letter:
    """A message to exactly one address."""

    message_id: UUID
    address: str
    sender: str | None  # the clinic's own name for itself; else the setting's
    subject: str
    body: str


class Way(Protocol):
    """One way to people."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over. Refused, Away; after any other error nobody knows what happened."""


def ways(settings: Settings) -> dict[Channel, Way]:
    """The channels that the settings ask for. Text messages have a development mailbox only."""
    folder = settings.data_folder / "mailbox"
    address = settings.mail_url.get_secret_value()
    mailbox = Mailbox(folder, settings.mail_from)
    mail: Way = Smtp(address, settings.mail_from) if address else mailbox
    return {Channel.EMAIL: mail, Channel.SMS: mailbox}


class Mailbox:
    """A folder of letters to look at. It takes whatever comes, also the same letter twice."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Put the letter into the folder, whole or not at all."""
        await asyncio.to_thread(self._put, as_mail(letter, self._sender))

    def _put(self, mail: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{mail['X-Message']}"
        part = self._folder / f".{stem}"
        part.write_bytes(mail.as_bytes())
        part.rename(self._folder / f"{stem}.eml")


class Smtp:
    """A mail server: smtp://user:password@host:port, with STARTTLS when it offers that, or smtps://."""

    def __init__(self, address: str, sender: str) -> None:
        self._server = urlsplit(address)
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Hand the letter to the server, in a thread, since smtplib waits."""
        await asyncio.to_thread(self._send, as_mail(letter, self._sender), letter.address)

    def _send(self, mail: EmailMessage, address: str) -> None:
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise Away("no connection") from error
        try:
            server.send_message(mail, to_addrs=[address])
        except smtplib.SMTPRecipientsRefused as error:
            raise Refused("recipient") from error
        except smtplib.SMTPResponseException as error:
            raise (Away if error.smtp_code < 500 else Refused)("answer") from error
        finally:
            _leave(server)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "localhost", self._server.port or 0
        trust = ssl.create_default_context()
        if self._server.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=trust)
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=trust)
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
        return server


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what was taken stays taken, whatever the answer to that."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def as_mail(letter: Letter, default: str) -> EmailMessage:
    """The letter as a mail. Its id is the message's, so that a server can recognise a repeat.

    Refused where the address is not one person's: then nothing was sent, and nothing will be.
    """
    mail = EmailMessage()
    mail["Message-ID"] = f"<{letter.message_id}@tidemark>"
    mail["X-Message"] = str(letter.message_id)
    mail["Date"] = format_datetime(datetime.now(UTC))
    name, address = parseaddr(default)
    mail["From"] = formataddr((letter.sender or name, address))
    mail["To"] = _one(letter.address)
    mail["Subject"] = letter.subject
    mail.set_content(letter.body)
    return mail


def _one(address: str) -> Address | str:
    """The one that it goes to; a text message's number stands in the mailbox as it is."""
    if EMAIL_ADDRESS.fullmatch(address):
        return Address(addr_spec=address)
    if NUMBER.fullmatch(address):
        return address
    raise Refused("address")
