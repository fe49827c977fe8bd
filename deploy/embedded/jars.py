"""Apache Kafka's jars: fetched once by coordinates, compared with the lock at every start."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from deploy.ports import NotStarted


LOCK = Path(__file__).with_name("jars.lock")
NO_REGISTRY = (
    "Kafka's jars could not be fetched: is the Maven registry reachable? What arrived is kept ({})."
)


class Jar(NamedTuple):
    group: str
    artifact: str
    version: str
    sha256: str

    def path(self, repository: Path) -> Path:
        """Where the jar lies in a Maven repository folder."""
        name = f"{self.artifact}-{self.version}.jar"
        return repository.joinpath(*self.group.split("."), self.artifact, self.version, name)

    def whole(self, repository: Path) -> bool:
        """Whether the jar is there, exactly as locked."""
        path = self.path(repository)
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def locked(lock: Path = LOCK) -> list[Jar]:
    """Every jar of a lock."""
    return [_parsed(line) for line in lock.read_text().splitlines()]


def _parsed(line: str) -> Jar:
    coordinates, digest = line.split()
    group, artifact, version = coordinates.split(":")
    return Jar(group, artifact, version, digest.removeprefix("sha256:"))


def class_path(downloads: Path, say: Callable[[str], None] = print, lock: Path = LOCK) -> str:
    """Java's class path for the jars of a lock, after fetching what is missing or broken."""
    repository = downloads / "maven"
    missing = [jar for jar in locked(lock) if not jar.whole(repository)]
    if missing:
        what = "Apache Kafka, 44 MB together" if lock == LOCK else missing[0].artifact
        say(f"fetching {what}: {len(missing)} jars, once")
        _fetch(missing, repository)
    return ":".join(str(jar.path(repository)) for jar in locked(lock))


def _fetch(missing: list[Jar], repository: Path) -> None:
    from jgo.maven import MavenContext  # slow to import, and rarely needed

    # A folder of ours, never ~/.m2: nothing that others put there is run.
    context = MavenContext(repo_cache=repository, timeout=60)

    def fetch(jar: Jar) -> None:
        jar.path(repository).unlink(missing_ok=True)
        context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(fetch, missing))
    except Exception as error:
        raise NotStarted(NO_REGISTRY.format(type(error).__name__)) from error
    broken = [jar for jar in missing if not jar.whole(repository)]
    for jar in broken:
        jar.path(repository).unlink(missing_ok=True)
    if broken:
        names = ", ".join(f"{jar.artifact}-{jar.version}" for jar in broken)
        raise NotStarted(f"the registry gave other bytes than the lock says: {names}")
