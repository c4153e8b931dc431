"""A witness to test with, two histories of one log, and the requests for their heads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from audit.follow import Follower, Prepared
from audit.note import Vkey, parse_vkey
from audit.witness import Known, write_request
from audit.witness_store import Witness
from tests.audit import trees
from tests.audit.exports import small_log, vault_id, write_export
from tests.audit.given import feed, note_of, write

NAME, SEED = "witness/0123456789abcdef", bytes([9]) * 32
NOON = 1_795_000_000
MADE = small_log()


class Seconds:
    """A clock that stands still until it is set."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


def witness(folder: Path, clock: Seconds | None = None) -> Witness:
    """The same key in every run; a folder that is there is opened."""
    clock = clock or Seconds()
    if (folder / "key.json").exists():
        return Witness(folder, clock=clock)
    return Witness.create(folder, name=NAME, seed=SEED, clock=clock)


def trust(found: Witness, known: Known) -> None:
    """Let it know a log by its keys alone, as the published requests ask: no command does."""
    with found._locked():
        found._keep(known)


def key_of(found: Witness) -> Vkey:
    return parse_vkey(found.vkey)


def leaves(made: Sequence[Prepared]) -> list[bytes]:
    return [leaf for each in made for leaf in each.leaves]


def fork(made: Sequence[Prepared], n: int, *more: int) -> list[Prepared]:
    """The same log up to commit `n`, and then entries that the other history has not."""
    follower = Follower.start()
    feed(follower, *made[:n])
    return [*made[:n], *(write(follower, note_of(each)) for each in more)]


def request(made: Sequence[Prepared], *, old: int, note: bytes | None = None) -> bytes:
    """What to send for the newest head of `made`."""
    proof = trees.consistency_proof(leaves(made), old) if old else []
    return write_request(note or made[-1].note, old=old, proof=proof).encode()


def introduce(found: Witness, folder: Path, made: Sequence[Prepared]) -> str:
    """First contact: an export of these commits, and the vault id."""
    write_export(folder, made)
    return found.read(folder, vault_id(made))


def head_of(found: Witness) -> tuple[int, bytes]:
    """Size and root of the head cosigned last of the one log that it knows."""
    (known,) = found.known()
    return known.size, known.root
