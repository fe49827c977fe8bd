"""Makes .venv and installs the locked packages.

Runs on whatever Python make found: standard library only, and nothing an old Python cannot read.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys


HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(HERE, ".venv")
STAMP = os.path.join(VENV, "installed")
LOCKS = {"run": "requirements.txt", "test": "requirements-test.txt"}
OLDEST, NEWEST = (3, 11), (3, 14)
COMPOSE = "use `docker compose up` here"


def main(purpose: str) -> None:
    """Leave a .venv that has what `run` or `test` needs."""
    refusal = python_refusal(sys.version_info[:2]) or platform_refusal(
        platform.system(), platform.machine(), platform.libc_ver()
    )
    if refusal:
        sys.exit(refusal)
    if installed_for() in {(purpose, locks_hash()), ("test", locks_hash())}:
        return
    if not works():
        make_venv()
    install(LOCKS[purpose])
    with open(STAMP, "w") as stamp:
        stamp.write(f"{purpose} {locks_hash()}")


def python_refusal(version: tuple[int, ...]) -> str | None:
    """One sentence about a Python that we do not run on, or nothing."""
    if OLDEST <= version <= NEWEST:
        return None
    found = ".".join(map(str, version))
    return f"Tidemark needs Python 3.11 to 3.14, not {found}: make PYTHON=python3.12 …"


def platform_refusal(system: str, machine: str, libc: tuple[str, str]) -> str | None:
    """One sentence about a machine that the embedded servers do not run on, or nothing."""
    if (system, machine) == ("Darwin", "arm64"):
        return None
    if (system, machine) != ("Linux", "x86_64"):
        return f"The embedded servers do not run on {system} {machine}: {COMPOSE}"
    name, version = libc
    if name != "glibc" or tuple(int(part) for part in version.split(".")[:2]) < (2, 28):
        return f"The embedded servers need glibc 2.28 or later: {COMPOSE}"
    return None


def locks_hash() -> str:
    """What the lock files say now, as one digest, with the Python they were installed for."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in sorted(LOCKS.values()):
        with open(os.path.join(HERE, name), "rb") as lock:
            digest.update(lock.read())
    return digest.hexdigest()


def installed_for() -> tuple[str, ...] | None:
    """What the last complete installation was for, as (purpose, digest)."""
    try:
        with open(STAMP) as stamp:
            return tuple(stamp.read().split())
    except OSError:
        return None


def works() -> bool:
    """Whether there is a .venv of this Python that can run and install."""
    python = os.path.join(VENV, "bin", "python")
    question = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        return subprocess.call([python, "-c", question], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv() -> None:
    """A fresh .venv; what a half-finished start left goes away."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if made.returncode:
        sys.exit("Python could not make .venv: is its venv module installed (python3-venv)?")


def install(lock: str) -> None:
    """Install exactly what the lock names, hash by hash."""
    print(f"installing the packages of {lock} into .venv, once, about two minutes", flush=True)
    if os.path.exists(STAMP):
        os.unlink(STAMP)
    pip = [os.path.join(VENV, "bin", "python"), "-m", "pip", "--disable-pip-version-check"]
    options = ["install", "--quiet", "--require-hashes", "--only-binary=:all:", "-r"]
    if subprocess.call([*pip, *options, os.path.join(HERE, lock)]):
        sys.exit("The packages could not be installed: is the package registry reachable?")


if __name__ == "__main__":
    main(sys.argv[1])
