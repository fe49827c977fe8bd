"""What root's servers keep outside the project's folder, where their account can reach it.

Nobody who removes a clone thinks of it, so each says whose it is: what a test left is removed at
the next start, data that somebody made is only told of.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path


PLACE = Path("/var/tmp")
NAME = "tidemark-"
OWNER, SCRATCH = "belongs-to", "scratch"


def home_of(folder: Path, place: Path = PLACE) -> Path:
    """Where a folder's data lies outside it."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return place / f"{NAME}{name}"


def sign(home: Path, owner: Path, *, scratch: bool) -> None:
    """Say in a home which folder it belongs to, and whether nobody wants it after that."""
    (home / OWNER).write_text(str(owner.resolve()))
    if scratch:
        (home / SCRATCH).touch()


def sweep(place: Path = PLACE) -> None:
    """Remove what belongs to a folder that is gone, where nobody wants it."""
    for home, _ in _orphans(place):
        if (home / SCRATCH).exists():
            shutil.rmtree(home, ignore_errors=True)


def forsaken(place: Path = PLACE) -> list[tuple[Path, str]]:
    """Data that somebody made, each with the folder it belonged to, which is gone."""
    return [each for each in _orphans(place) if not (each[0] / SCRATCH).exists()]


def set_aside(folder: Path, place: Path = PLACE) -> None:
    """Make room where an earlier folder of this name, which is gone, left its data.

    What somebody made is kept beside, as that of a folder that is gone.
    """
    home = home_of(folder, place)
    if not (home / OWNER).exists() or home.lstat().st_uid != os.getuid():
        return
    kept = home.rename(home.with_name(f"{home.name}-{secrets.token_hex(4)}"))
    (kept / OWNER).write_text(f"{(kept / OWNER).read_text()} (an earlier one)")


def _orphans(place: Path) -> Iterator[tuple[Path, str]]:
    for signed in sorted(place.glob(f"{NAME}*/{OWNER}")):
        if signed.parent.lstat().st_uid != os.getuid():
            continue  # anybody may make folders there
        owner = signed.read_text()
        if not Path(owner).exists():
            yield signed.parent, owner
