"""Backups of the shared database: an age file that holds a copy and the newest signed head.

    backup = age( tar of vault.db, head )

The entry that says so is written first, so that every copy is on the record, the copy itself included. A backup does
not hold any member's keyset: without one of them, or the recovery kit, nobody reads a secret in it. Whoever restores
one must expect to be told that it is older than what others have verified.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from vault.crypto import backup as age
from vault.domain.events import STAFF
from vault.errors import IntegrityError, UsageProblem
from vault.ops import log
from vault.ops.comparing import Replay
from vault.ops.missing import Missing
from vault.store import durable
from vault.store.file import CopyDoor, FileDoor
from vault.store.shared import Shared

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from vault.ops.session import Vault

DATABASE, HEAD = "vault.db", "head"
MAX_SIZE = 4 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was written."""

    path: Path
    size: int
    entries: int
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A backup that can be restored. ``missing``: sealed values that are not in it, and that stop nothing."""

    entries: int
    behind: int
    blobs: int
    missing: tuple[Missing, ...] = ()


def make(vault: Vault, path: Path, *, recipients: Sequence[str] = (), passphrase: str | None = None) -> Made:
    """Write a backup to a new file. What can fail is tried before the entry is written."""
    vault.require_role(*STAFF)
    door = vault.shared.door
    if not isinstance(door, FileDoor):
        raise UsageProblem(
            "this vault is on a database server", hint="back it up with the server's own tools"
        )
    age.encrypt(b"", recipients=recipients, passphrase=passphrase)
    handle = _new_file(path)
    try:
        with vault.change() as tx:
            entry = tx.emit("backup.made", "", size=vault.follower.size + 1)
        # A crash from here on leaves an empty file and an entry: the next backup has another name and entry.
        note = log.head_note(vault).encode()
        with os.fdopen(os.dup(handle), "wb") as file:
            age.encrypt_to(pack(door.copy(), note), file, recipients=recipients, passphrase=passphrase)
            durable.flush(file)
            size = file.tell()
        durable.settle(path.parent)
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(handle)
    return Made(path=path, size=size, entries=vault.follower.size, entry=entry)


def _new_file(path: Path) -> int:
    """A new file for its owner only; never one that is there already."""
    try:
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise UsageProblem(
            f"{path} is there already", hint="choose another name; nothing was changed"
        ) from None


def pack(database: bytes, head: bytes) -> BinaryIO:
    """The archive, to be read in pieces: a copy of the database is not copied again."""
    return io.BufferedReader(_Pieces(_archive(database, head)))


def _archive(database: bytes, head: bytes) -> Iterator[bytes]:
    import tarfile

    for name, data in ((DATABASE, database), (HEAD, head)):
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        yield member.tobuf(tarfile.USTAR_FORMAT)
        yield data
        yield bytes(-len(data) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


class _Pieces(io.RawIOBase):
    """Pieces of bytes, read one after the other."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._piece = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer, /) -> int:
        view = memoryview(target).cast("B")
        while not self._piece and (piece := next(self._pieces, None)) is not None:
            self._piece = memoryview(piece)
        part, self._piece = self._piece[: len(view)], self._piece[len(view) :]
        view[: len(part)] = part
        return len(part)

    def readall(self) -> bytes:
        return b"".join([self._piece, *self._pieces])


def unpack(data: bytes) -> tuple[bytes, bytes]:
    """The copy and the head; anything else in the archive is refused."""
    import tarfile

    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() and member.size <= MAX_SIZE else None
                if file is None:
                    raise _not_ours()
                found[member.name] = file.read()
    except tarfile.TarError:
        raise _not_ours() from None
    if found.keys() != {DATABASE, HEAD}:
        raise _not_ours()
    return found[DATABASE], found[HEAD]


def _not_ours() -> IntegrityError:
    return IntegrityError("the file opens, but it is not a Keyholder backup")


def check(
    vault: Vault,
    path: Path,
    *,
    identity: str | None = None,
    passphrase: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Checked:
    """Open a backup in memory and verify it whole, as `restore` does: its log, and every sealed value that it names.

    The log is checked against the vault id and this machine's pin. IntegrityError also where `restore` would refuse.
    """
    key = None if identity is None else secret_key(identity)
    data, head = unpack(age.decrypt(path.read_bytes(), identity=key, passphrase=passphrase))
    door = CopyDoor(data)
    try:
        shared = Shared(door)
        known = {1: vault.vault_id, **{h.size: h.root for h in log.read_held([head.decode()])}}
        replay = Replay()
        done = log.follow(shared, known, replay=replay, progress=progress)
        _check_same_log(vault, done.size, done.last)
        found = replay.check_blobs(shared)
        found.check_backup()
    finally:
        door.close()
    behind = max(0, vault.follower.size - done.size)
    return Checked(entries=done.size, behind=behind, blobs=found.good, missing=found.missing)


def secret_key(text: str) -> str:
    """The key in an identity file: age-keygen writes comments around it."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return lines[0] if len(lines) == 1 else ""


def _check_same_log(vault: Vault, size: int, last: bytes) -> None:
    """Its last leaf must be ours at that place: the chain carries this back to the first."""
    ours = vault.state.leaves(size - 1, size)
    if size <= vault.follower.size and ours != [last]:
        raise IntegrityError("the backup shows another history than the one that this machine verified")
