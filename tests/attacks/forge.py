"""Forgeries of commits that know the form of what they forge: bodies, chain, root, note and claim.

Log(path)                       an honest log, commit by commit, with a follower that stands before each
forge(log, rng, thief)          a commit that whoever owns the database could put in the place of an honest one

A forger knows every byte of the log and of another vault's log, has keys of their own, and the key of somebody who has
left. They never have a key that is in force: no forgery may be accepted.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import note
from audit.checkpoint import Checkpoint
from audit.entry import leaf_hash
from audit.follow import Follower
from audit.merkle import Frontier
from vault.store.shared import Shared

Sign = Callable[[bytes], bytes]
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the Ed25519 base point, RFC 8032 section 5.1


@dataclass(frozen=True, slots=True)
class Step:
    """An honest commit and a follower that stands before it."""

    before: Follower
    keyset: str
    note: bytes
    bodies: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Forged:
    """What is put in a commit's place."""

    keyset: str
    note: bytes
    bodies: tuple[bytes, ...]

    def same_as(self, step: Step) -> bool:
        return (self.keyset, self.note, self.bodies) == (step.keyset, step.note, step.bodies)


@dataclass(slots=True)
class Log:
    """An honest log, commit by commit."""

    steps: list[Step] = field(default_factory=list)

    @classmethod
    def read(cls, shared: Shared) -> Log:
        commits = list(shared.commits_after(0))
        log, follower = cls(), Follower.start(held={1: leaf_hash(commits[0][3][0])})
        for _, keyset, signed, bodies in commits:
            log.steps.append(Step(copy.copy(follower), keyset, signed, tuple(bodies)))
            follower.commit(bodies, signed, keyset)
        return log


@dataclass(frozen=True, slots=True)
class Thief:
    """Signs with keys that are not in force: one of their own, and that of somebody who has left."""

    foreign: Log
    own: Ed25519PrivateKey
    leaver: tuple[str, bytes, Sign]


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# --- bodies ----------------------------------------------------------------------------------------------------------


def edited(body: bytes, log: Log, rng: random.Random) -> bytes:
    """The body with one member changed to something that another entry has there, or nearly."""
    entry, other = json.loads(body), json.loads(rng.choice(rng.choice(log.steps).bodies))
    name = rng.choice(("actor", "event", "subject", "time", "data", "datum", "seq", "prev", "v"))
    if name == "datum" and entry["data"]:
        key = rng.choice(sorted(entry["data"]))
        entry["data"][key] = rng.choice((other["subject"], 0, True, None, [], {}, other["data"].get(key)))
    elif name in ("seq", "v"):
        entry[name] += rng.choice((-1, 1, 2**53))
    elif name != "datum":
        entry[name] = other[name]
    return canonical(entry)


def respelled(body: bytes, rng: random.Random) -> bytes:
    """Other bytes that a lenient reader takes for the same entry."""
    text = body.decode()
    return rng.choice(
        (
            text.replace(":", ": ", 1),
            text + "\n",
            "\ufeff" + text,
            text[:-1] + ',"v":1}',
            text.replace('"v":1', '"v":1.0'),
            text.replace('"v":1', '"v":1e0'),
            text.replace('"v":1', '"v":true'),
            text.replace("actor", "\\u0061ctor", 1),
            text.replace('"seq":', '"seq":0', 1),
            json.dumps(dict(reversed(list(json.loads(text).items()))), separators=(",", ":")),
        )
    ).encode()


def rechained(bodies: Sequence[bytes], before: Follower) -> tuple[bytes, ...]:
    """The bodies, each with the seq and prev that its place asks for, where it can be read at all."""
    made: list[bytes] = []
    prev = before.last if before.size else bytes(32)
    for place, body in enumerate(bodies):
        try:
            entry = json.loads(body)
            canonical_before = canonical(entry) == body
            entry["seq"], entry["prev"] = before.size + place, b64(prev)
            made.append(canonical(entry) if canonical_before else body)
        except (ValueError, TypeError):
            made.append(body)
        prev = hashlib.sha256(b"\0" + made[-1]).digest()
    return tuple(made)


def shuffled(step: Step, log: Log, rng: random.Random) -> tuple[bytes, ...]:
    """Entries left out, doubled, put in from elsewhere or in another order."""
    bodies, other = list(step.bodies), rng.choice(log.steps).bodies
    match rng.randrange(6):
        case 0:
            bodies.pop(rng.randrange(len(bodies)))
        case 1:
            bodies.insert(rng.randrange(len(bodies) + 1), rng.choice(bodies))
        case 2:
            bodies.insert(rng.randrange(len(bodies) + 1), rng.choice(other))
        case 3:
            rng.shuffle(bodies)
        case 4:
            bodies = list(other)
        case _:
            bodies += other
    return tuple(bodies)


# --- notes -----------------------------------------------------------------------------------------------------------


def head(before: Follower, bodies: Sequence[bytes]) -> Checkpoint:
    """The head that these bodies lead to, right or wrong as they are."""
    frontier: Frontier = before.frontier
    for body in bodies:
        frontier.append(hashlib.sha256(b"\0" + body).digest())
    return Checkpoint(before.origin or "vault", before.size + len(bodies), frontier.root())


def signed_by(text: bytes, name: str, public: bytes, sign: Sign) -> bytes:
    """A note, well formed, by any key under any name."""
    return text + b"\n" + note.signature_line(name, public, sign(text)).encode()


def bent(signed: bytes, log: Log, rng: random.Random) -> bytes:
    """A note with one thing about it changed."""
    elsewhere = rng.choice(log.steps).note
    text, _, lines = signed.decode().rpartition("\n\n")
    dash, name, value = lines.rstrip("\n").split(" ")
    kind = rng.randrange(4)
    if kind == 0:
        halves = (signed[:-1], signed.replace(b"\n\n", b"\n"), signed.replace(b"\n", b"\r\n"), elsewhere, b"")
        return rng.choice(halves)
    if kind == 1:
        text = rng.choice(_texts(*text.split("\n"), rng))
    elif kind == 2:
        name = rng.choice((name + "x", "witness", name.upper()))
    else:
        other = elsewhere.decode().rstrip("\n").rpartition(" ")[2]
        value = rng.choice((other, *map(b64, _signatures(base64.b64decode(value), rng))))
    return f"{text}\n\n{dash} {name} {value}\n".encode()


def _texts(origin: str, size: str, root: str, rng: random.Random) -> list[str]:
    """Other heads, and other spellings of the same one."""
    return [
        *(f"{origin}\n{int(size) + by}\n{root}" for by in (-1, 1, 256)),
        f"{origin}\n0{size}\n{root}",
        f"{origin}\n{size}\n{b64(rng.randbytes(32))}",
        f"{origin}\n{size}\n{root}\nextension",
        *(f"{origin}{more}\n{size}\n{root}" for more in ("x", "/", " ")),
    ]


def _signatures(raw: bytes, rng: random.Random) -> list[bytes]:
    """Other bytes in a signature's place: the last is what a lenient verifier takes for the same signature."""
    place, bit = rng.randrange(len(raw)), 1 << rng.randrange(8)
    flipped = raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :]
    twin = (int.from_bytes(raw[36:], "little") + ORDER).to_bytes(32, "little")
    return [flipped, raw[:4], raw[:36], raw[:67], raw + b"\0", raw[:4] + bytes(64), raw[:36] + twin]


def resigned(step: Step, bodies: Sequence[bytes], log: Log, thief: Thief, rng: random.Random) -> bytes:
    """The right head for these bodies, under what signature the thief can make or find."""
    text = head(step.before, bodies).text()
    origin = step.before.origin or "vault"
    known = {each.id: each for each in step.before.signers.items()}
    author = known.get(step.keyset)
    public = author.public if author else thief.own.public_key().public_bytes_raw()
    match rng.randrange(4):
        case 0:
            return signed_by(text, origin, thief.own.public_key().public_bytes_raw(), thief.own.sign)
        case 1:  # the right key's name and id over somebody else's signature
            return signed_by(text, origin, public, thief.own.sign)
        case 2:
            return signed_by(text, origin, public, thief.leaver[2])
        case _:
            return text + b"\n" + step.note.rpartition(b"\n\n")[2]


def left(step: Step, thief: Thief) -> bool:
    """Whether the leaver has left before this commit."""
    return any(each.id == thief.leaver[0] and each.revoked for each in step.before.signers.items())


def as_leaver(step: Step, thief: Thief) -> Forged:
    """The same entries in the name of somebody who has left, signed with the key that they still have."""
    keyset, public, sign = thief.leaver
    bodies = rechained(
        [canonical({**json.loads(body), "actor": keyset}) for body in step.bodies], step.before
    )
    text = head(step.before, bodies).text()
    return Forged(keyset, signed_by(text, step.before.origin or "vault", public, sign), bodies)


def forge(log: Log, rng: random.Random, thief: Thief) -> tuple[Step, Forged]:
    """A commit that differs from the honest one in its place, made by who has no key in force."""
    step = rng.choice(log.steps)
    keyset, signed, bodies = step.keyset, step.note, step.bodies
    kind = rng.randrange(7)
    if kind == 0:
        bodies = tuple(edited(body, log, rng) if rng.random() < 0.6 else body for body in bodies)
    elif kind == 1:
        bodies = tuple(respelled(body, rng) for body in bodies)
    elif kind == 2:
        bodies = shuffled(step, log, rng)
    elif kind == 3:
        signed = bent(signed, log, rng)
    elif kind == 4:
        other = rng.choice((log, thief.foreign))
        elsewhere = rng.choice(other.steps)
        keyset, signed, bodies = elsewhere.keyset, elsewhere.note, elsewhere.bodies
    elif kind == 5:
        keyset = rng.choice((rng.choice(log.steps).keyset, "", "kst-" + "z" * 16))
    else:
        after = [late for late in log.steps if left(late, thief)]
        return (step := rng.choice(after)), as_leaver(step, thief)
    if rng.random() < 0.5:
        bodies = rechained(bodies, step.before)
    if kind != 3 and rng.random() < 0.7:
        signed = resigned(step, bodies, log, thief, rng)
    return step, Forged(keyset, signed, bodies)
