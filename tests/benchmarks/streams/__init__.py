"""A peer in Java: Kafka Streams, exactly once (v2), its states written to PostgreSQL."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from deploy.embedded.jars import class_path
from deploy.environment import downloads


HERE = Path(__file__).parent
LOCK = HERE / "jars.lock"
THREADS = "2"  # as many as there are cores


def compiler() -> str | None:
    """The JDK's compiler, if there is a JDK."""
    return shutil.which("javac")


def command(folder: Path, *arguments: str, say: Callable[[str], None] = print) -> list[str]:
    """The peer's command line, after compiling it."""
    javac = compiler()
    if javac is None:
        raise FileNotFoundError("javac")
    jars = f"{class_path(downloads(), say)}:{class_path(downloads(), say, LOCK)}"
    source = HERE / "Peer.java"
    classes = folder / hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    if not classes.exists():
        options = ["-cp", jars, "-d", str(classes)]
        subprocess.run([javac, *options, str(source)], check=True, capture_output=True)
    java = str(Path(javac).with_name("java"))
    options = ["-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]
    return [java, *options, "-cp", f"{classes}:{jars}", "Peer", *arguments]
