"""Where one running system lives: its folder, its ports, its secrets, its processes' settings."""

import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy import static, topology
from deploy.embedded import Kafka, Postgres, outside
from deploy.environment import LOCAL, downloads, given
from deploy.keys import write_once
from deploy.ports import HOST, NotStarted
from shared.settings import Settings


DEFAULT_BASE = 8000
# Outside of everybody's way, since 8092 and 8432 are popular.
DEFAULT_SERVERS = (19092, 19093, 15432)


@dataclass(frozen=True)
class Place:
    """A folder and a port base; everything else follows from them."""

    folder: Path = LOCAL
    base: int = DEFAULT_BASE

    def make(self) -> None:
        """The folders, for nobody else's eyes.

        Without our secrets nobody can open what a database outside holds: it was made by an earlier
        clone in the same place, and what it belonged with is gone.
        """
        if not self._secrets_file.exists():
            outside.set_aside(self.folder / "postgres")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.logs.mkdir(exist_ok=True)

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.folder / "logs"

    @property
    def web(self) -> str:
        """The address for a browser."""
        return f"http://{HOST}:{self.base}"

    @property
    def issuer(self) -> str:
        """The development issuer's address."""
        return f"http://{HOST}:{self.base + topology.ISSUER_PORT}"

    @cached_property
    def servers(self) -> tuple[int, int, int]:
        """The ports of Kafka, its controller and Postgres."""
        if self.base == DEFAULT_BASE:
            return DEFAULT_SERVERS
        kafka, controller = topology.KAFKA_PORT, topology.CONTROLLER_PORT
        return self.base + kafka, self.base + controller, self.base + topology.POSTGRES_PORT

    @cached_property
    def ports(self) -> dict[str, int]:
        """Every port that we open, by who opens it."""
        ports = {part.name: self.base + part.port for part in topology.PARTS}
        ports["issuer"] = self.base + topology.ISSUER_PORT
        kafka, controller, postgres = self.servers
        if self.kafka:
            ports |= {"kafka": kafka, "kafka's controller": controller}
        if self.postgres:
            ports["postgres"] = postgres
        return ports

    @cached_property
    def kafka(self) -> Kafka | None:
        """The embedded broker, unless an address is given."""
        if given("TIDEMARK_KAFKA"):
            return None
        kafka, controller, _ = self.servers
        log = self.logs / "kafka.log"
        return Kafka(self.folder / "kafka", kafka, controller, log, downloads())

    @cached_property
    def postgres(self) -> Postgres | None:
        """The embedded server, unless an address is given."""
        if given("TIDEMARK_DATABASE_URL"):
            if not given("TIDEMARK_ADMIN_URL"):
                raise NotStarted("TIDEMARK_DATABASE_URL needs TIDEMARK_ADMIN_URL, a superuser's")
            return None
        log = self.logs / "postgres.log"
        return Postgres(self.folder / "postgres", self.servers[2], log)

    @cached_property
    def values(self) -> dict[str, str]:
        """The settings that every process gets."""
        values = {
            **self._secrets,
            "issuer_url": self.issuer,
            "web_url": self.web,
            "port_base": str(self.base),
            "data_folder": str(self.folder.resolve()),
            "static_folder": str(static.CURRENT),
        }
        if self.kafka:
            values["kafka"] = self.kafka.address
        if self.postgres:
            address = f"{HOST}:{self.servers[2]}"
            values["database_url"] = f"postgresql://{{role}}:{{password}}@{address}/{{database}}"
        return values

    @cached_property
    def settings(self) -> Settings:
        """The same, as the processes will see them."""
        return Settings.model_validate(self.values)

    @property
    def admin_url(self) -> str:
        """The superuser's address: for preparing, never for a service."""
        return self.postgres.admin_url if self.postgres else str(given("TIDEMARK_ADMIN_URL"))

    @property
    def _secrets_file(self) -> Path:
        return self.folder / "secrets.json"

    @cached_property
    def _secrets(self) -> dict[str, str]:
        fresh = {
            "database_secret": secrets.token_hex(24),
            "cookie_secret": secrets.token_hex(32),
            "master_key": secrets.token_hex(32),
        }
        write_once(self._secrets_file, json.dumps(fresh))
        kept: dict[str, str] = json.loads(self._secrets_file.read_text())
        return kept


def environment(values: dict[str, str]) -> dict[str, str]:
    """Settings as a child process reads them."""
    ours = {f"TIDEMARK_{name.upper()}": value for name, value in values.items()}
    # Zones come from the locked tzdata package, never from the machine; logs are not held back.
    return {**ours, "PYTHONTZPATH": "", "PYTHONUNBUFFERED": "1"}
