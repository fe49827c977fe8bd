"""The environment that child processes get: ours, with additions. Nothing is decided here."""

import os
from pathlib import Path


PROJECT = Path(__file__).resolve().parent.parent
LOCAL = PROJECT / ".local"


def inherited(**additions: str) -> dict[str, str]:
    """The environment of this process plus `additions`, for a child process."""
    return {**os.environ, **additions}


def given(name: str) -> str | None:
    """A setting of the tools in deploy/ and tests/ (never of a service), or None when absent."""
    return os.environ.get(name) or None


def downloads() -> Path:
    """Where downloads live; TIDEMARK_DOWNLOADS lets several checkouts share them."""
    return Path(given("TIDEMARK_DOWNLOADS") or LOCAL / "downloads")
