"""The engines that the shared database runs on, each as a function that opens a door to one fresh place."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

POSTGRES_BINARIES = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin")
NOBODY = "nobody"


def postgres_bin() -> Path:
    """Where the server's programs are; skips the test where there are none."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else [Path(name) for name in POSTGRES_BINARIES]
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    pytest.skip("PostgreSQL's server programs are not installed here")


def as_user(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root: as somebody without rights then."""
    if os.geteuid() != 0:
        return list(command)
    if shutil.which("runuser") is None:
        pytest.skip("the tests run as root and there is no runuser to become somebody else for PostgreSQL")
    return ["runuser", "-u", NOBODY, "--", *command]


@contextmanager
def postgres_cluster() -> Iterator[Path]:
    """A private cluster that listens on a Unix socket only; the folder of the socket."""
    programs = postgres_bin()
    folder = Path(tempfile.mkdtemp(prefix="kh-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY)
    data, control = folder / "data", str(programs / "pg_ctl")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    make = as_user(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "keyholder", "-N")
    start = as_user(control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        subprocess.run(make, check=True, capture_output=True, cwd=folder)
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        yield folder
    finally:
        stop = as_user(control, "-D", str(data), "-m", "immediate", "stop")
        subprocess.run(stop, check=False, capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def postgres_url(socket: Path, name: str) -> str:
    """A fresh database of the cluster, as a URL for SQLAlchemy."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: PostgreSQL is reached through it")
    psql(socket, "postgres", f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://keyholder@/{name}?host={socket}"


def psql(socket: Path, database: str, sql: str) -> str:
    """Run statements as the server's own client does; what it answered, or its error."""
    command = ["psql", "-h", str(socket), "-U", "keyholder", "-d", database, "-qAt", "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run([*command, "-f", "-"], input=sql, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip()
