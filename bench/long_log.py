"""A log to measure with: made once, written to a file commit by commit, and read from there."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import b64, checkpoint, note
from audit.edge import Head
from audit.entry import leaf_hash
from audit.export import Log, export
from audit.follow import Draft, Follower
from audit.tiles import pack, unpack

TIME = "2026-11-20T10:00:00Z"
ACTORS = ("kst-aaaaaaaaaaaaaaaa", "kst-bbbbbbbbbbbbbbbb")
KEYS = {actor: Ed25519PrivateKey.from_private_bytes(bytes([n + 1]) * 32) for n, actor in enumerate(ACTORS)}
ORIGIN = "keyholder/bench"
_NOTHING = b64.encode(bytes(32))


def public(actor: str) -> bytes:
    return KEYS[actor].public_key().public_bytes_raw()


def drafts(size: int) -> Iterator[Draft]:
    """Genesis, the second signer, then entries whose bodies have about 350 bytes."""
    yield Draft("log.genesis", ACTORS[0], {"origin": ORIGIN, "key": b64.encode(public(ACTORS[0]))})
    yield Draft("signer.added", ACTORS[1], {"key": b64.encode(public(ACTORS[1])), "vouches": False})
    for n in range(2, size):
        data = {"account": f"acc-{n:016}", "details": _NOTHING, "kind": "secret", "note": f"{n:064}"}
        yield Draft("bench.entry", f"per-{n:016}", data)


def write_log(path: Path, size: int, grouped: int) -> None:
    """The commits of a log, `grouped` entries each, one packed record after the other."""
    follower, waiting, turn = Follower.start(), list[Draft](), 0
    with path.open("wb") as file, path.with_suffix(".leaves").open("wb") as leaves:
        for n, draft in enumerate(drafts(size), start=1):
            waiting.append(draft)
            if n == 2 or n == size or (n > 2 and len(waiting) == grouped):
                actor = ACTORS[0] if turn == 0 else ACTORS[turn % 2]
                made = follower.prepare(
                    waiting, actor=actor, time=TIME, public=public(actor), sign=KEYS[actor].sign
                )
                follower.accept(made)
                record = pack([actor.encode(), made.note, *made.bodies])
                file.write(len(record).to_bytes(8) + record)
                leaves.write(b"".join(made.leaves))
                waiting, turn = [], turn + 1


def read_log(path: Path) -> Iterator[tuple[int, str, bytes, list[bytes]]]:
    """The commits again: size, signer, note, bodies."""
    size = 0
    with path.open("rb") as file:
        while length := file.read(8):
            actor, note, *bodies = unpack(file.read(int.from_bytes(length)))
            size += len(bodies)
            yield size, actor.decode(), note, bodies


def export_log(path: Path, folder: Path, most: int) -> None:
    """Export the first commits of a log, up to `most` entries, as a client does that has verified it."""
    commits = read_log(path)
    _, actor, first, bodies = next(commits)
    follower = Follower.start()
    follower.commit(bodies, first, actor)
    for size, _, raw, _ in commits:
        if size <= most:
            newest = checkpoint.parse_text(note.parse(raw).text)

    def leaf(seq: int) -> bytes:
        with path.with_suffix(".leaves").open("rb") as file:
            file.seek(seq * 32)
            return file.read(32)

    def commits_after(size: int) -> Iterable[tuple[int, str, bytes, list[bytes]]]:
        return (each for each in read_log(path) if each[0] > size)

    head = Head(newest.size, newest.root, leaf(newest.size - 1))
    log = Log(follower.origin, head, follower.signers, leaf, commits_after)
    began, worked = time.perf_counter(), time.process_time()
    done = export(log, folder)
    sys.stdout.write(
        json.dumps([time.perf_counter() - began, time.process_time() - worked, done.size - done.before])
    )


def vault_id(path: Path) -> str:
    """The hash of a log's first entry, in hexadecimal digits."""
    return leaf_hash(next(read_log(path))[3][0]).hex()
