"""Put a backup where no vault is: verified whole, then there whole or not at all.

age does not say who made a file. So the copy's log must be the vault that is meant (the ten words, or this machine's
own home), it is verified from its first entry, and every blob that it names must be in it, unless whoever restores it
says that what is missing is known (``lacking``): one entry about a value that was never stored must not make every
backup useless. What came after the backup is lost, and whoever verified more is not to be talked out of it: such a
client refuses the copy as a rollback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audit.entry import decode, leaf_hash
from audit.errors import AuditError
from audit.words import parse_vault_id, to_words
from vault.crypto import backup as age
from vault.errors import IntegrityError, UsageProblem, VaultError
from vault.ops import log
from vault.ops.backup import secret_key, unpack
from vault.ops.comparing import Replay
from vault.ops.missing import Missing
from vault.store import durable, sqlite
from vault.store.file import CopyDoor, FileDoor
from vault.store.home import Home
from vault.store.register import State
from vault.store.shared import Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back: how much, until when, how much more this machine had verified."""

    path: Path
    entries: int
    newest: str
    blobs: int
    missing: tuple[Missing, ...]
    lost: int
    words: tuple[str, ...]


def restore(
    path: Path,
    *,
    to: Path,
    home: Home,
    vault_id: str | None = None,
    identity: str | None = None,
    passphrase: str | None = None,
    lacking: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Restored:
    """Verify a backup and write it to ``to``. ``vault_id``: words or hex, where no home here knows the vault.

    ``lacking``: put it back though so many sealed values are missing from it for which nobody has answered.
    """
    _check_place(to)
    key = None if identity is None else secret_key(identity)
    data, head = unpack(age.decrypt(path.read_bytes(), identity=key, passphrase=passphrase))
    door = CopyDoor(data)
    try:
        shared = Shared(door)
        digest = _meant(shared, home, vault_id)
        known = {1: digest, **{h.size: h.root for h in log.read_held([head.decode()])}}
        replay = Replay()
        done = log.follow(shared, known, replay=replay, progress=progress)
        blobs = replay.check_blobs(shared)
        blobs.check_backup(lacking)
        newest = decode(shared.bodies(done.size - 1, done.size)[0]).time
    finally:
        door.close()
    _write(to, data)
    lost = max(0, _verified_here(home, digest) - done.size)
    words = tuple(to_words(digest))
    return Restored(
        path=to,
        entries=done.size,
        newest=newest,
        blobs=blobs.good,
        missing=blobs.missing,
        lost=lost,
        words=words,
    )


def _check_place(to: Path) -> None:
    """Nothing is replaced, and nothing of an older vault may lie beside it: its write-ahead log would be replayed."""
    sqlite.refuse_network_share(to.absolute())
    for end in ("", "-wal", "-shm", "-journal"):
        if Path(f"{to}{end}").exists():
            raise UsageProblem(
                f"there is something at {to}{end} already; nothing was changed",
                hint="keep it as evidence: move the old vault and the files beside it away first",
            )


def _meant(shared: Shared, home: Home, vault_id: str | None) -> bytes:
    """The id of the copy's log, if it is the vault that is meant."""
    first = shared.bodies(0, 1)
    if not first:
        raise IntegrityError("the backup holds an empty log")
    digest = leaf_hash(first[0])
    if home.exists() and home.place().vault_id not in ("", digest.hex()):
        raise IntegrityError(
            "this is a backup of another vault than the one of this Keyholder home",
            hint="set KEYHOLDER_HOME to the home of that vault, or to a new folder",
        )
    if vault_id is not None:
        try:
            meant = parse_vault_id(vault_id).matches(digest)
        except AuditError as problem:
            raise UsageProblem(problem.message, hint="the ten words stand on the recovery kit") from None
        if not meant:
            raise IntegrityError(
                "the backup is of another vault than those words name",
                hint="look at both: the words, the file",
            )
    elif not home.exists():
        raise UsageProblem(
            "nothing here knows which vault is meant", hint="give --vault-words, from the recovery kit"
        )
    return digest


def _verified_here(home: Home, digest: bytes) -> int:
    """How many entries of this vault this machine had verified."""
    if not home.exists() or not home.state.exists():
        return 0
    state = State.open(home.state)
    try:
        pin = state.pin()
    finally:
        state.close()
    return pin.size if pin is not None and pin.vault_id == digest.hex() else 0


def _write(to: Path, data: bytes) -> None:
    """Whole, durable, and never over another; then it is opened like any vault."""
    try:
        if not to.parent.is_dir():
            to.parent.mkdir(parents=True)
        durable.create(to, data)
    except OSError as problem:
        if to.exists():
            raise UsageProblem(
                f"there is something at {to} already; nothing was changed",
                hint="name another file: --to FILE",
            ) from None
        raise VaultError(
            f"{to} cannot be made: {problem.strerror}", hint="check the folder's owner, mode and disk"
        ) from None
    FileDoor(to).close()
