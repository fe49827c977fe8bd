"""What this process is waiting for, in words, for whoever asks whether it is ready."""

import asyncio
from pathlib import Path


_problems: dict[str, str] = {}


def waiting(part: str, why: str) -> None:
    """Say that a part of this process cannot go on, and why."""
    _problems[part] = why


def going(part: str) -> None:
    """Say that it goes on."""
    _problems.pop(part, None)


def problems() -> dict[str, str]:
    """What is missing now, by part; empty when all is well."""
    return dict(_problems)


async def beat(file: Path) -> None:
    """Touch the file each second, for ever: who looks at it sees whether this loop still moves."""
    while True:
        file.touch()
        await asyncio.sleep(1)
