"""SQLite as this project opens it: durable, distrustful, and clear about what is wrong.

WAL with synchronous=FULL survives power loss (the projection asks for less, see `State.settle`); BEGIN IMMEDIATE takes
the one write lock first; the schema in the file is compared with ours before anything is asked of it, because a hostile
file may carry triggers and views.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from vault.errors import Busy, IntegrityError, NotFound, UsageProblem, VaultError

LIBRARY = sqlite3.sqlite_version
BUSY_MS = 10_000
_LEAST_ROOM = 65_536  # bytes: what SQLite asks for its shared memory
MAX_ROW = 4 * 1024 * 1024  # a blob has a mebibyte at most; a hostile file may hold rows of a gibibyte
NETWORK = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "ceph",
    "glusterfs",
    "afs",
    "ncpfs",
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.gvfsd-fuse",
    "davfs",
    "fuse.davfs",
)


class explained:  # noqa: N801 - read as a verb, `with explained(path):`; a generator would cost three times as much
    """Turn what SQLite says into our words; its own text may hold values, so it is never passed on."""

    __slots__ = ("_path",)

    def __init__(self, path: Path | str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.DatabaseError):
            raise _worded(error, self._path) from None


def _worded(problem: sqlite3.DatabaseError, path: Path | str) -> VaultError:
    if isinstance(problem, sqlite3.OperationalError):
        return _operational(str(problem), path)
    if isinstance(problem, sqlite3.IntegrityError):
        if "append only" in str(problem):
            return IntegrityError(f"the database refused to change what was written before ({path})")
        return IntegrityError(f"the database contradicts itself ({path})")
    return IntegrityError(
        f"{path} is damaged or is not a Keyholder file",
        hint="nothing was changed; restore a backup or ask for a fresh copy",
    )


def _operational(text: str, path: Path | str) -> VaultError:
    if "locked" in text or "busy" in text:
        return Busy("somebody else is writing to the vault", hint="try again in a moment")
    if "full" in text or ("disk I/O" in text and _is_full(path)):
        return VaultError(
            f"the disk of {path} is full; nothing was changed", hint="free some room and try again"
        )
    if "readonly" in text or "read-only" in text:
        return VaultError(
            f"{path} is read-only for you; nothing was changed",
            hint="ask for write access to the file and to its folder",
        )
    if "unable to open" in text:
        return VaultError(
            f"{path} cannot be opened: you may not write in its folder",
            hint="ask for write access to the folder; a file system that is mounted read-only will not do",
        )
    if "disk I/O" in text:
        return VaultError(
            f"the disk of {path} failed; nothing was changed", hint="check the disk, then run doctor"
        )
    return IntegrityError(f"{path} does not have the shape of a Keyholder file", hint="nothing was changed")


def _is_full(path: Path | str) -> bool:
    """A file system in memory that is full fails in SQLite's shared memory, which says only "disk I/O"."""
    try:
        room = os.statvfs(Path(path).parent)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _LEAST_ROOM


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open an existing file, or create one that must not exist. Never creates by accident."""
    if create:
        _reserve(path)
    elif not path.is_file():
        raise NotFound(
            f"there is no vault at {path}",
            hint="check KEYHOLDER_VAULT; a vault that was lost comes back from a backup: keyholder restore FILE",
        )
    with explained(path):
        conn = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=False)
        distrust(conn)
    return conn


def _reserve(path: Path) -> None:
    """Make the file, empty and for one user only, or say why not: nothing is ever replaced."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise UsageProblem(
            f"there is something at {path} already; nothing was changed",
            hint="choose another place, or join the vault that is there: keyholder join FILE",
        ) from None
    except OSError as problem:
        raise VaultError(f"{path} cannot be made: {problem.strerror}") from None


def distrust(conn: sqlite3.Connection) -> None:
    """What every connection sets first: nothing in the file may run, and what is committed is on the disk."""
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("PRAGMA cell_size_check = ON")
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not only unlinked
    conn.execute("PRAGMA recursive_triggers = ON")
    conn.execute(f"PRAGMA busy_timeout = {BUSY_MS:d}")
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_ROW)


def scrub(conn: sqlite3.Connection) -> bool:
    """Empty the write-ahead log, which still holds pages as they were; False while somebody reads them."""
    row = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not row[0]


def schema_hash(conn: sqlite3.Connection) -> str:
    """SHA-256 over everything that the file declares: tables, indexes, triggers, views."""
    rows = conn.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would end the transaction in which it is called."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if ";" in line and sqlite3.complete_statement(text):
            yield text
            text = ""


def bare(statement: str) -> str:
    """A statement as SQLite keeps it: without the comments in front and the semicolon and comment behind."""
    lines = statement.splitlines()
    while lines[0].startswith("--") or not lines[0].strip():
        del lines[0]
    return "\n".join(lines).rpartition(";")[0]


def quoted(name: str) -> str:
    """A name that stands in a file, as part of a statement."""
    return '"' + name.replace('"', '""') + '"'


def mark(conn: sqlite3.Connection, *, application: int, version: int) -> None:
    """Say in the file what it is and which format it has."""
    conn.execute("PRAGMA application_id = " + str(int(application)))
    conn.execute("PRAGMA user_version = " + str(int(version)))


def check_mark(conn: sqlite3.Connection, path: Path, *, application: int, version: int) -> None:
    """Refuse a file that is something else, or of a format that only a newer Keyholder understands."""
    with explained(path):
        found = conn.execute("PRAGMA application_id").fetchone()[0]
        format_ = conn.execute("PRAGMA user_version").fetchone()[0]
    if found != application:
        raise IntegrityError(f"{path} is not a Keyholder vault", hint="check KEYHOLDER_VAULT")
    if format_ > version:
        raise UsageProblem(
            f"{path} has format {format_}; this Keyholder reads up to {version}",
            hint="install the newer Keyholder that wrote it",
        )


def refuse_network_share(path: Path, *, mounts: str | None = None) -> None:
    """SQLite's locks are not reliable on network file systems: refuse rather than corrupt.

    ``mounts`` is the text of /proc/self/mountinfo; where a system has none, nothing is known and nothing refused.
    """
    if mounts is None:
        table = Path("/proc/self/mountinfo")
        mounts = table.read_text() if table.exists() else ""
    folder = (path if path.is_dir() else path.parent).resolve()
    above = {str(point): len(point.parts) for point in (folder, *folder.parents)}
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = before.split(" ")[4].replace("\\040", " ")
        if above.get(point, -1) > best:
            best, kind = above[point], after.split(" ")[0]
    if kind in NETWORK:
        raise UsageProblem(
            f"{folder} is on a network share ({kind}), where SQLite loses and corrupts writes",
            hint="put the vault on a local disk of one host, or use PostgreSQL",
        )
