"""The whole system in one table: which parts there are, where they listen, what they read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One service: it owns the database and the topic of its name, unless said otherwise."""

    name: str
    port: int  # added to the port base
    reads: tuple[str, ...] = ()  # the publishers whose topics its one consumer reads
    stores: bool = True  # has a database and a topic
    roles: tuple[str, ...] = ("both",)  # the processes that `make run` starts for it


PARTS = (
    Part("web", 0, stores=False, roles=("api",)),
    Part("clinics", 1),
    Part("intake", 2, reads=("clinics",)),
    Part("scheduling", 3, reads=("clinics", "intake")),
    Part("goals", 4, reads=("clinics", "intake", "scheduling")),
    Part("notifications", 5, reads=("clinics", "intake", "scheduling", "goals", "progress")),
    # Faust owns its process's loop, so its worker never shares one with the API.
    Part(
        "progress",
        6,
        reads=("clinics", "intake", "scheduling", "goals"),
        roles=("api", "worker"),
    ),
)
ISSUER_PORT = 10
KAFKA_PORT, CONTROLLER_PORT, POSTGRES_PORT = 92, 93, 432

STORING = tuple(part for part in PARTS if part.stores)
DATABASES = (*(part.name for part in STORING), "keyring")
PUBLISHERS = tuple(part.name for part in STORING)


def process_name(part: Part, role: str) -> str:
    """What the process of a part is called in processes.json and in the logs."""
    return part.name if len(part.roles) == 1 else f"{part.name}-{role}"
