"""What the audit tests start from: the vectors of others, two key pairs and a small log made with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import b64
from audit.checkpoint import Checkpoint
from audit.entry import decode, encode, leaf_hash
from audit.follow import Commit, Draft, Follower, Prepared
from audit.paper import rows

SHARED = Path(__file__).parents[2].parent / "shared" / "vectors"
ORIGIN = "force.example/vault/7f3a"
TIME = "2026-11-20T10:00:00Z"


def vector(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the published vectors are not beside the repository: {'/'.join(parts)}")
    return path


def vectors(*parts: str):
    return json.loads(vector(*parts).read_text(encoding="utf-8"))


class Key:
    """An Ed25519 key pair from a one-byte seed: the same in every run."""

    def __init__(self, seed: int) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public = self._private.public_key().public_bytes_raw()
        self.b64 = b64.encode(self.public)

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


ADA, BEA, EVE = Key(1), Key(2), Key(3)
KEYS = {"ada": ADA, "bea": BEA, "eve": EVE}


def on_paper(head: Checkpoint) -> list[str]:
    """What somebody types back from a printed head, line by line."""
    return [head.origin, str(head.size), *rows(head)]


def genesis(key: Key = ADA, actor: str = "ada", **data) -> Draft:
    return Draft("log.genesis", actor, {"origin": ORIGIN, "key": key.b64, **data})


def added(who: str, *, vouches: bool = False, key: Key | None = None) -> Draft:
    return Draft("signer.added", who, {"key": (key or KEYS[who]).b64, "vouches": vouches})


def revoked(who: str) -> Draft:
    return Draft("signer.revoked", who, {})


def vouching(who: str, vouches: bool) -> Draft:
    return Draft("signer.vouching", who, {"vouches": vouches})


def note_of(n: int) -> Draft:
    return Draft("account.noted", f"a{n}", {"n": n})


def make(follower: Follower, *drafts: Draft, by: str = "ada") -> Prepared:
    key = KEYS[by]
    return follower.prepare(drafts, actor=by, time=TIME, public=key.public, sign=key.sign)


def write(follower: Follower, *drafts: Draft, by: str = "ada") -> Prepared:
    made = make(follower, *drafts, by=by)
    follower.accept(made)
    return made


def feed(follower: Follower, *made: Prepared) -> list[Commit]:
    return [follower.commit(each.bodies, each.note, each.signer) for each in made]


def state(follower: Follower) -> tuple[object, ...]:
    """Everything a follower believes, comparable."""
    return (
        follower.origin,
        follower.head(),
        follower.frontier.to_bytes(),
        follower.signers.items(),
        follower.signers.ignored,
        follower.vault_id,
    )


def three_commits() -> list[Prepared]:
    """Genesis and Bea's adding by Ada; two entries by Bea; one by Ada."""
    follower = Follower.start()
    return [
        write(follower, genesis(), added("bea")),
        write(follower, note_of(1), note_of(2), by="bea"),
        write(follower, note_of(3)),
    ]


def edited(body: bytes, **changes) -> bytes:
    """An entry with other words, written as the log writes it."""
    return encode(decode(body)._replace(**changes))


def rechained(bodies: list[bytes], seq: int | None = None, prev: bytes = b"") -> list[bytes]:
    """The bodies numbered and linked again, as somebody without a key can; from where the first stands, unless told."""
    first, out = decode(bodies[0]), []
    seq, prev = (first.seq, first.prev) if seq is None else (seq, prev)
    for body in bodies:
        out.append(edited(body, seq=seq, prev=prev))
        seq, prev = seq + 1, leaf_hash(out[-1])
    return out
