"""Where the definitions lie, and what tells whether one was changed."""

import hashlib
from functools import cache
from pathlib import Path


FOLDER = Path(__file__).parent


def checksum(path: Path) -> str:
    """What tells whether a definition file is still the one that answers were scored with."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def definitions() -> dict[str, Path]:
    """Every file of a measure or of a way to rate, by its name under the folder."""
    found = [*FOLDER.glob("*.*.json"), *(FOLDER / "methods").glob("*.*.json")]
    return {path.relative_to(FOLDER).as_posix(): path for path in sorted(found)}


@cache
def checksum_of(code: str, version: str) -> str:
    """The checksum of a measure's definition: what an answer says that it was scored with."""
    return checksum(FOLDER / f"{code}.{version}.json")
