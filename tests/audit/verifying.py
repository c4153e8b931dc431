"""The logs that the verifiers are given, and what a signer can make of them."""

from __future__ import annotations

from pathlib import Path

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.entry import leaf_hash
from audit.merkle import tree_root
from audit.verify import verify
from tests.audit.exports import long_log, small_log, vault_id
from tests.audit.given import ADA, ORIGIN

SMALL = small_log()
LONG = long_log(3, 250, 1, 1, 254, 1, 700, 3000, 400)  # more than one range of the second pass
MADE = long_log(4, 3)
PLAIN = [(list(each.bodies), each.note) for each in MADE]
PROVEN = ("checkpoint", "commits/", "tile/")


def checked(folder: Path, made=SMALL, **more):
    return verify(folder, vault_id=vault_id(made), **more)


def held_file(folder: Path, note: bytes) -> Path:
    path = folder.parent / f"held-{len(list(folder.parent.iterdir()))}"
    path.write_bytes(note)
    return path


def signed(bodies_so_far, key=ADA) -> bytes:
    head = Checkpoint(ORIGIN, len(bodies_so_far), tree_root(map(leaf_hash, bodies_so_far)))
    return checkpoint.sign(head, public=key.public, sign=key.sign)
