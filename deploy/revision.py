"""make migration SERVICE=goals NAME="what it does": a new, empty, numbered revision."""

import re
import sys
from pathlib import Path

from deploy import topology
from deploy.environment import PROJECT


NUMBERED = re.compile(r"(\d{4})_\w+\.py")
REVISION = re.compile(r'^revision = "([^"]+)"', re.MULTILINE)
TEXT = '''"""{sentence}."""

from alembic import op


revision = "{revision}"
down_revision = {down}


def upgrade() -> None:
    """{sentence}."""
    op.execute("")
'''


def main(arguments: list[str]) -> None:
    """Write the file and say where it is."""
    service, name = [*arguments, "", ""][:2]
    known = [part.name for part in topology.STORING]
    if service not in known or not name.strip():
        sys.exit(f'make migration SERVICE={"|".join(known)} NAME="what it does"')
    print(write(PROJECT / "services" / service / "migrations", service, name.strip()))


def write(folder: Path, service: str, name: str) -> Path:
    """The new revision, behind the newest one of the folder."""
    newest = max((file for file in folder.glob("*.py") if NUMBERED.match(file.name)), default=None)
    number = int(newest.name[:4]) + 1 if newest else 1
    found = REVISION.search(newest.read_text()) if newest else None
    words = re.sub(r"\W+", "_", name.lower()).strip("_")
    file = folder / f"{number:04}_{words}.py"
    file.write_text(
        TEXT.format(
            sentence=name[0].upper() + name[1:].rstrip("."),
            revision=f"{service}_{number}",
            down=f'"{found[1]}"' if found else None,
        )
    )
    return file


if __name__ == "__main__":
    main(sys.argv[1:])
