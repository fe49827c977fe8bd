"""A small file system of our own for a server's data, so that it can be full and whole again.

Only root may mount one. Elsewhere the campaign says that no disk was full.
"""

import os
import shutil
import subprocess
from pathlib import Path


ROOM = "6g"


class Disk:
    """One tmpfs. It holds what is written, and takes memory for nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mounted = False

    def mount(self) -> bool:
        """Whether the folder is now a file system of its own."""
        if os.getuid() != 0 or shutil.which("mount") is None:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        options = f"size={ROOM},mode=0711"
        self.mounted = _done("mount", "-t", "tmpfs", "-o", options, "tidemark", str(self.folder))
        return self.mounted

    def fill(self) -> None:
        """Not one page more fits: the size becomes what is used."""
        usage = os.statvfs(self.folder)
        used = (usage.f_blocks - usage.f_bfree) * usage.f_frsize
        self._resize(str(used))

    def free(self) -> None:
        """There is room again."""
        self._resize(ROOM)

    def unmount(self) -> None:
        """Away, with all that it holds."""
        if self.mounted:
            self.mounted = not _done("umount", "-l", str(self.folder))

    def _resize(self, size: str) -> None:
        _done("mount", "-o", f"remount,size={size}", str(self.folder))


def _done(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
