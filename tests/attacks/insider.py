"""A member with a program of their own: signs whatever they like with their own key, past every rule of the vault.

mallory = Insider(member(world, "Mallory", "6666", "holder"))
seq = mallory.say("person.left", world.ada, occurred_at=AT)      appended, signed, correct for the log; void or not
mallory.say_all([(event, subject, data), …], blobs=[b"…"])       several entries in one commit, with blobs beside

Nothing here folds, asks or checks: what it means is for the honest clients to find out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from audit.follow import Draft, Follower
from audit.merkle import TILE_WIDTH
from tests.world import World
from vault.crypto import details as crypto
from vault.domain import keys
from vault.ops.keyring import details_context, raw
from vault.ops.session import Vault
from vault.store.shared import blob_name

AT = "2026-11-02T09:00:00Z"
Said = tuple[str, str, dict[str, Any]]


def digest(words: str) -> str:
    """A name of a blob that nobody has."""
    return base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()


def ident(prefix: str, letters: str) -> str:
    return f"{prefix}-{letters:a<16}"


class Insider:
    """Whoever holds the keys of an open vault."""

    def __init__(self, vault: Vault, *, clock: str = AT) -> None:
        self.vault, self.time = vault, clock
        self.person, self.keyset = vault.person, vault.place.keyset
        self.leaves: list[bytes] = []

    def follow(self) -> Follower:
        """The log as it is, followed from its first entry."""
        follower, self.leaves = Follower.start(), []
        for _, keyset, note, bodies in self.vault.shared.commits_after(0):
            self.leaves += follower.commit(bodies, note, keyset).leaves
        return follower

    def tiles(self, start: int) -> list[tuple[int, int, bytes]]:
        """The tiles that are full now and were not at ``start``."""
        full = range(start // TILE_WIDTH, len(self.leaves) // TILE_WIDTH)
        return [(0, n, b"".join(self.leaves[n * TILE_WIDTH : (n + 1) * TILE_WIDTH])) for n in full]

    def say(self, event: str, subject: str = "", /, **data: Any) -> int:
        """One entry; its position."""
        return self.say_all([(event, subject, data)])

    def say_all(self, said: Sequence[Said], *, blobs: Iterable[bytes] = (), with_tiles: bool = True) -> int:
        """A commit of these entries; the position of the last."""
        ring, shared, follower = self.vault.keyring, self.vault.shared, self.follow()
        drafts = [Draft(*each) for each in said]
        public, sign = ring.keyset.sign_public, ring.keyset.sign
        made = follower.prepare(drafts, actor=self.keyset, time=self.time, public=public, sign=sign)
        shared.door.begin()
        shared.put_blobs({blob_name(blob): blob for blob in blobs})
        shared.append(
            start=follower.size,
            bodies=made.bodies,
            keyset=self.keyset,
            note=made.note,
            request=hashlib.sha256(made.note).hexdigest(),
        )
        self.leaves += made.leaves
        shared.put_tiles(self.tiles(follower.size) if with_tiles else [])
        shared.door.commit()
        return follower.size + len(said) - 1

    def sealed_words(self, kind: str, subject: str, plain: bytes) -> bytes:
        """A description, sealed to the register as any member can, whatever is in it."""
        self.vault.sync()
        newest = keys.newest_epoch(self.vault.state, keys.REGISTER)
        assert newest is not None
        context = details_context(
            vault_id=self.vault.vault_id, epoch_id=newest["id"], kind=kind, subject=subject
        )
        sealed = crypto.seal_details_to(raw(newest["public"]), plain, context=context)
        return str(newest["id"]).encode() + sealed


def void_reason(world: World, seq: int) -> str | None:
    """Why an entry is void for an honest client; None if it counts."""
    world.vault.sync()
    row = world.vault.state.get("void", seq=seq)
    return None if row is None else str(row["reason"])


COMMANDS = (
    ("status",),
    ("person", "list"),
    ("account", "list"),
    ("device", "list"),
    ("team", "list"),
    ("rotation", "list"),
    ("claim", "list", "--all"),
    ("due",),
    ("policy", "list"),
    ("doctor",),
    ("audit", "verify", "--state"),
    ("audit", "log", "--names"),
)


def every_command_answers(world: World) -> None:
    """Nothing that an insider wrote makes an honest command fall over, or refuse to work at all."""
    for command in COMMANDS:
        result = world.run(*command, ok=False)
        said = result.stderr + result.stdout
        assert "internal error" not in said and "Traceback" not in said, (command, said)
        # A blob that an entry names and that nobody wrote is what these two are there to tell.
        tells = command in (("doctor",), ("audit", "verify", "--state"))
        allowed = (0, 6, 7) if tells else (0, 7)
        assert result.exit_code in allowed, (command, result.exit_code, said)
    world.person("Still Working", "7777")
    world.check()
