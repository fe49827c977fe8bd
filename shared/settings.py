"""Everything a process may be told from outside: one frozen class, read once, handed over."""

import hashlib
import hmac
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings; each can be given as TIDEMARK_<NAME>. The defaults fit `make run`."""

    model_config = SettingsConfigDict(env_prefix="TIDEMARK_", frozen=True, extra="ignore")

    # `{role}`, `{password}`, `{database}` are filled in; an address without them is taken as it is.
    database_url: str = "postgresql://{role}:{password}@127.0.0.1:15432/{database}"
    database_prefix: str = ""  # put before each database's name: tests keep many sets on one server
    admin_url: SecretStr = SecretStr("")  # a superuser's address; only `migrate` needs it
    database_secret: SecretStr = SecretStr("development")  # each role's password is derived from it
    kafka: str = "127.0.0.1:19092"

    issuer_url: str = "http://127.0.0.1:8010"  # what tokens name, and where people sign in
    issuer_inside: str = ""  # where our processes reach it, if that is another address
    audience: str = "tidemark"
    oidc_client_id: str = "tidemark-web"

    web_url: str = "http://127.0.0.1:8000"
    # {service} and {port} are filled in from deploy/topology.py
    service_url: str = "http://127.0.0.1:{port}"
    host: str = "127.0.0.1"
    port_base: int = 8000
    cookie_secret: SecretStr = SecretStr("development")

    # Wraps the data keys of people's contact details: 32 bytes in hex. To change it give both, the
    # new one first ("new,old"), until every key is wrapped anew.
    master_key: SecretStr = SecretStr("00" * 32)

    # Times the usual seconds that web waits for a service before it says that a part is away: more
    # on a machine so slow that parts are away which only are late.
    web_waits: float = 1.0

    data_folder: Path = Path(".local")
    static_folder: Path = Path(".local/static/current")

    api_pool: int = 6
    worker_pool: int = 3
    body_limit: int = 1 << 20  # bytes; a longer request body is refused with 413
    event_limit: int = 900_000  # bytes; Kafka would refuse an event above a megabyte
    partitions: int = 12

    session_timeout: float = (
        8.0  # seconds until the progress group gives a dead worker's partitions away
    )
    instance: str = "progress-1"  # a progress worker's name in its group, the same after a restart
    poll_records: int = 16_000  # at most so many records in one poll of the progress lane
    relay_rows: int = 1_000  # at most so many events in one batch of a relay
    reader_rows: int = 500  # at most so many in one transaction of a reader
    # Where mail goes: smtp://user:password@host:port or smtps://…; empty: a folder to look into.
    mail_url: SecretStr = SecretStr("")
    mail_from: str = "Appointments <appointments@tidemark.example>"  # need not say what for
    late_cause_hours: int = 24  # a message whose cause is older is suppressed
    link_days: int = 7  # a questionnaire's link is open so long at most
    link_hours_before: int = 24  # a session's link opens so long before it starts
    link_hours_after: int = 12  # and closes so long after it has ended
    link_days_after_closing: int = 7  # the last measure may be answered so long after the case
    respondent_hours: int = 12  # who followed a link is known so long; then the link again
    failpoint: str = ""  # named place at which a test lets the process die

    def database(self, service: str, role: str) -> str:
        """The address of a service's database for one of its roles: owner, api or worker."""
        name = f"{service}_{role}"
        return self.database_url.format(
            role=name, password=quote(self.password(name)), database=self.database_prefix + service
        )

    def password(self, role: str) -> str:
        """A role's password, derived from the database secret, so that nothing has to be stored."""
        secret = self.database_secret.get_secret_value().encode()
        return hmac.new(secret, role.encode(), hashlib.sha256).hexdigest()[:40]

    @cached_property
    def ports(self) -> dict[str, int]:
        """Port of each process that serves HTTP."""
        names = ["web", "clinics", "intake", "scheduling", "goals", "notifications", "progress"]
        return {name: self.port_base + n for n, name in enumerate(names)} | {
            "issuer": self.port_base + 10
        }

    @property
    def discovery_url(self) -> str:
        """The issuer's own description, as our processes reach it."""
        base = self.issuer_inside or self.issuer_url
        return f"{base.rstrip('/')}/.well-known/openid-configuration"

    def url_of(self, service: str) -> str:
        """Where `web` reaches a service's API."""
        return self.service_url.format(service=service, port=self.ports[service])
