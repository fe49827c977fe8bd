"""Named places at which a test lets a process die, as kill -9 would; nothing happens otherwise."""

import os

from shared.settings import Settings


def reach(settings: Settings, name: str) -> None:
    """Die here, now, without any clean-up, if the settings name this place."""
    if settings.failpoint == name:
        os._exit(9)
