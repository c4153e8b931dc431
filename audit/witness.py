"""What a witness decides: whether a head may be cosigned, given what it cosigned last (c2sp.org/tlog-witness).

It remembers one head for each log, and cosigns another only if it is shown that the log has grown from there to
here, and only under the signature of a key that the log let sign. Two ways:

    request   old size, consistency proof, checkpoint. The keys are those that were in force when the witness last
              read the log: a key that came since is refused until the log has been read, and one that was revoked
              since is not noticed. Says nothing of the entries
    export    every entry since it last read is verified: form, chain, signers, every commit's signature. How a log
              becomes known in the first place, by its vault id, and how new signers do

Nothing here is written: `audit.witness_store` makes the outcome durable before it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from audit import b64, checkpoint, note
from audit.checkpoint import Checkpoint
from audit.entry import leaf_hash
from audit.errors import BadChain, BadNote, BadProof, BadSignature, Declined, Forked, RolledBack
from audit.folder import Folder
from audit.follow import Follower, decode_at
from audit.merkle import EMPTY_ROOT, HASH_SIZE, TILE_WIDTH, Frontier, verify_consistency
from audit.signers import Signer, Signers
from audit.tiles import bundles
from audit.words import VaultId

MAX_PROOF = 63
MAX_REQUEST = 100_000

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})").fullmatch


class Malformed(Declined):
    """The request is not one, or its sizes cannot be."""

    status = 400


class Untrusted(Declined):
    """No key that the witness knows of this log has signed the head, or a signature by one is false."""

    status = 403


class Unknown(Declined):
    """The witness does not know the log."""

    status = 404


class Conflict(Declined):
    """The proof starts at another size than the one that the witness cosigned last: `size`."""

    status = 409

    def __init__(self, message: str, *, size: int) -> None:
        super().__init__(message)
        self.size = size

    @property
    def body(self) -> str:
        return f"{self.size}\n"


class Unproven(Declined):
    """The hashes do not lead from the head cosigned last to this one."""


@dataclass(frozen=True, slots=True)
class Read:
    """How far the witness has read the log itself: enough to go on from there."""

    size: int
    last: bytes
    frontier: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """What a witness remembers of one log. `note` is the checkpoint cosigned last, cosignature included."""

    origin: str
    vault_id: bytes | None
    signers: tuple[Signer, ...]
    read: Read
    size: int = 0
    root: bytes = EMPTY_ROOT
    at: int = 0
    note: str = ""

    @property
    def keys(self) -> list[bytes]:
        """Who may sign a head today, as far as the log was read."""
        return [signer.public for signer in self.signers if signer.revoked is None]


@dataclass(frozen=True, slots=True)
class Request:
    """The body of add-checkpoint. Nothing of it is verified but its form."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    head: Checkpoint


def trusting(origin: str, keys: list[bytes]) -> Known:
    """A log that is known by its keys alone, as other logs than a vault's are."""
    signers = tuple(Signer(f"key-{n}", key, 0, None, vouches=False) for n, key in enumerate(keys))
    return Known(origin, None, signers, Read(0, bytes(HASH_SIZE), b""))


def parse_request(raw: bytes) -> Request:
    """The request in `raw`; Malformed unless it has the one form."""
    top, gap, head = raw.partition(b"\n\n")
    try:
        first, *lines = top.decode("ascii").split("\n")
        old = _OLD(first)
        proof = tuple(b64.decode_sized(line, HASH_SIZE) for line in lines)
    except ValueError as exc:
        raise Malformed("a line of the consistency proof is not a hash in base64") from exc
    if not gap or old is None or len(proof) > MAX_PROOF or len(raw) > MAX_REQUEST:
        raise Malformed("a request is `old SIZE`, at most 63 hashes, an empty line and a checkpoint")
    try:
        return Request(int(old[1]), proof, head, checkpoint.parse_text(note.text_of(head)))
    except BadNote as exc:
        raise Malformed(exc.message) from exc


def write_request(head: bytes, *, old: int, proof: list[bytes]) -> str:
    """The body of add-checkpoint for the note `head`."""
    return "\n".join([f"old {old}", *map(b64.encode, proof), "", head.decode()])


def check_request(known: Known, asked: Request) -> None:
    """Raise unless the head may be cosigned; the order of the checks is that of the specification."""
    check_signed(known, asked.note)
    head = asked.head
    if asked.old > head.size:
        raise Malformed("the old size is greater than the checkpoint's")
    if asked.old != known.size:
        raise Conflict(_stale(known, asked), size=known.size)
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise Unproven("an empty log has another root than this")
    if asked.old == 0:
        if asked.proof:
            raise Unproven("a consistency proof from an empty log has no hashes")
        return
    if head.size == known.size and head.root != known.root:
        raise forked(known, asked.note)
    try:
        verify_consistency(
            old=known.size, new=head.size, old_root=known.root, new_root=head.root, proof=asked.proof
        )
    except BadProof as exc:
        raise Unproven(
            f"the consistency proof from {known.size} to {head.size} entries fails: {exc}"
        ) from exc


def check_signed(known: Known, head: bytes) -> None:
    """Raise Untrusted unless a key that the log let sign, as far as it was read, has signed the note."""
    try:
        read, found = note.parse(head), False
    except BadNote as exc:
        raise Untrusted(f"invalid signature: {exc.message}") from exc
    for public in known.keys:
        wanted = note.key_id(known.origin, note.ED25519, public)
        if any((each.name, each.key_id) == (known.origin, wanted) for each in read.signatures):
            try:
                note.verify(read, name=known.origin, public=public)
            except BadSignature as exc:
                raise Untrusted(f"invalid signature: {exc.message}") from exc
            found = True
    if not found:
        raise Untrusted(
            "the head is not signed with a key known of this log; if a member is new, give an export to read"
        )


def read_export(known: Known | None, folder: Folder, vault_id: VaultId | None) -> tuple[Known, bytes]:
    """What is known after reading the export to its end, and its newest head; the error shows both heads.

    `vault_id` is needed at first contact, and compared whenever it is given.
    """
    if vault_id is None and (known is None or known.vault_id is None):
        raise Unknown("the log is not known: give its vault id, from somebody you trust")
    raw, head = folder.head()
    if known is not None:
        _check_past(known, folder, raw, head)
    follower = _follower(known)
    for bodies, signed in _commits(folder, follower.size, head.size):
        if follower.size == 0:
            _check_vault(vault_id, leaf_hash(bodies[0]))
        try:
            follower.commit(bodies, signed, decode_at(bodies[0], follower.size).actor)
        except Forked as exc:
            assert known is not None  # noqa: S101 - nothing is held of a log that is not known
            raise forked(known, raw) from exc
    if follower.head().root != head.root or follower.origin != head.origin:
        raise BadChain("the newest head is not that of the last commit", seq=max(head.size - 1, 0))
    _check_vault(vault_id, follower.vault_id or b"")
    end, frontier = follower.head(), follower.frontier.to_bytes()
    before = known or trusting(follower.origin, [])
    return (
        Known(
            follower.origin,
            follower.vault_id,
            follower.signers.items(),
            Read(end.size, end.last, frontier),
            before.size,
            before.root,
            before.at,
            before.note,
        ),
        raw,
    )


def forked(known: Known, theirs: bytes) -> Forked:
    """Two heads of one log, both signed, that cannot both be true: together they are the evidence."""
    message = f"the log shown is not the one of which {known.size} entries were cosigned"
    return Forked(message, ours=known.note, theirs=theirs.decode(), seq=max(known.size - 1, 0))


def _stale(known: Known, asked: Request) -> str:
    words = f"the proof starts at {asked.old} entries; cosigned last: {known.size}"
    if asked.head.size >= known.size:
        return f"{words}; next: keyholder audit request --old {known.size}"
    return f"{words}; this head is older, or the log was cut:\n{_both(known, asked.note)}"


def _both(known: Known, theirs: bytes) -> str:
    return f"--- cosigned\n{known.note}\n--- shown\n{theirs.decode()}"


def _check_past(known: Known, folder: Folder, raw: bytes, head: Checkpoint) -> None:
    """The export must hold what was cosigned; its last leaf there stands for all before it: it is chained."""
    if head.size < known.size:
        raise RolledBack(
            f"the log shown ends here; {known.size} entries were cosigned: entries are missing from its end\n"
            + _both(known, raw),
            seq=head.size,
        )
    if known.read.size == 0:
        return
    n, place = divmod(known.read.size - 1, TILE_WIDTH)
    body = folder.entries(n, min(TILE_WIDTH, head.size - n * TILE_WIDTH))[place]
    if leaf_hash(body) == known.read.last:
        return
    try:
        check_signed(known, raw)
    except Untrusted as exc:
        raise BadChain(
            "it is not the entry that was read here before, and no key known of this log has signed the head: "
            "the export is damaged, or forged",
            seq=known.read.size - 1,
        ) from exc
    raise forked(known, raw)


def _follower(known: Known | None) -> Follower:
    if known is None or known.read.size == 0:
        return Follower.start()
    held = {known.size: known.root} if known.size > known.read.size else {}
    return Follower.resume(
        origin=known.origin,
        frontier=Frontier.from_bytes(known.read.size, known.read.frontier),
        last=known.read.last,
        signers=Signers(known.signers),
        vault_id=known.vault_id,
        held=held,
    )


def _commits(folder: Folder, start: int, size: int) -> Iterator[tuple[list[bytes], bytes]]:
    """The commits beyond `start`, unverified: their bodies, which may begin in an earlier bundle, and their head."""
    waiting: list[bytes] = []
    first = start
    for n, width in bundles(size):
        if (n + 1) * TILE_WIDTH <= start:
            continue
        at = n * TILE_WIDTH
        waiting += folder.entries(n, width)[max(start - at, 0) :]
        for end, signed in folder.notes(n, width):
            if end > start:
                yield waiting[: end - first], signed
                waiting, first = waiting[end - first :], end
    if first != size:
        raise BadChain("no signed head covers the log from here on", seq=first)


def _check_vault(vault_id: VaultId | None, digest: bytes) -> None:
    """Early, before a million entries of another vault are read, and again at the end of a known one."""
    if vault_id is not None and not vault_id.matches(digest):
        raise BadChain(f"this is another vault: its id is {digest.hex()}", seq=0)
