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

from audit.entry import decode
from audit.follow import Draft, Follower
from audit.merkle import TILE_WIDTH
from tests.ops.members import member
from tests.world import World
from vault.crypto import details as crypto
from vault.domain import keys
from vault.ops import notes
from vault.ops.keyring import details_context, raw
from vault.ops.missing import SHOWN
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


# What these say of sealed values that are missing is what they are there for: exit code 6, until somebody answers.
TELL = (("doctor",), ("audit", "verify", "--state"))


def unanswered(world: World) -> list[str]:
    """Each sealed value that an entry in force names and that nobody stored: the entry, and who wrote it."""
    world.vault.sync()
    state, shared = world.vault.state, world.vault.shared
    gone = shared.blob_names() | {row["hash"] for row in state.find("erased")}
    rows = sorted(state.find("blob"), key=lambda row: (row["seq"], row["field"]))
    actors = {row["seq"]: decode(shared.bodies(row["seq"], row["seq"] + 1)[0]).actor for row in rows}
    people = {row["id"]: row["person"] or row["id"] for row in state.find("keyset")}
    return [
        f"entry {row['seq']} ({row['field']} of {row['event']}) by {people[actors[row['seq']]]}"
        for row in rows
        if row["hash"] not in gone
    ]


def tells(world: World, command: tuple[str, ...], said: str) -> bool:
    """Whether the command, if it is one of TELL, names what is missing; false if nothing is."""
    wanted = unanswered(world) if command in TELL else []
    assert all(words in said for words in wanted[:SHOWN]), (command, wanted, said)
    return bool(wanted)


def answer(world: World) -> None:
    """Somebody who was not there before answers for all that is missing."""
    wanted = unanswered(world)
    if wanted:
        honest = member(world, "Honest Hand", "9999", "custodian")
        for entry in sorted({int(words.split()[1]) for words in wanted}):
            notes.correct(honest, entry, text="asked: it was never stored")
        world.vault.sync()


def every_command_answers(world: World) -> None:
    """Nothing that an insider wrote makes an honest command fall over, or refuse to work at all, or fail for good."""
    for command in COMMANDS:
        result = world.run(*command, ok=False)
        said = result.stderr + result.stdout
        assert "internal error" not in said and "Traceback" not in said, (command, said)
        allowed = (6,) if tells(world, command, said) else (0, 7)
        assert result.exit_code in allowed, (command, result.exit_code, said)
    world.person("Still Working", "7777")
    answer(world)
    for command in TELL:
        assert world.run(*command, ok=False).exit_code in (0, 7), command
    world.check()
