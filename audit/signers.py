"""Who may sign at which position. The log itself says so, by four events; every reader applies them alike.

    log.genesis       seq 0: subject = actor = the first signer; data.origin, data.key. It vouches for others
    signer.added      subject = the new signer; data.key = base64 of an Ed25519 key, data.vouches
    signer.revoked    subject = the signer
    signer.vouching   subject = the signer; data.vouches

A key signs a commit if added < first entry of the commit <= revoked, positions of the log, never times. A
signer event takes effect only if its actor is in force and vouches, or revokes itself; an id or a key is
never used twice. Whatever breaks these rules, lacks its members, or brings a key that proves nothing, is void: skipped
by all, and listed in `ignored`, or one administrator could stop every reader. Only genesis stops the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from audit import b64, keys
from audit.entry import Entry, Json
from audit.errors import BadEntry, BadKey, BadSignature
from audit.note import is_name

GENESIS = "log.genesis"
ADDED = "signer.added"
REVOKED = "signer.revoked"
VOUCHING = "signer.vouching"


class Signer(NamedTuple):
    """A key, the positions between which it may sign, and whether its holder may add and revoke others."""

    id: str
    public: bytes
    added: int
    revoked: int | None
    vouches: bool


class Signers:
    """The signers of a log up to some entry, and the signer events that were void since it was made."""

    __slots__ = ("_by_id", "_ignored")

    def __init__(self, signers: Iterable[Signer] = ()) -> None:
        self._by_id = {signer.id: signer for signer in signers}
        self._ignored: tuple[int, ...] = ()

    @property
    def ignored(self) -> tuple[int, ...]:
        return self._ignored

    def items(self) -> tuple[Signer, ...]:
        """All that ever were, in the order of their adding; enough to build this again."""
        return tuple(self._by_id.values())

    def copy(self) -> Signers:
        twin = Signers(self._by_id.values())
        twin._ignored = self._ignored
        return twin

    def in_force(self, signer_id: str, first_seq: int) -> Signer:
        """The signer, if its key may sign a commit that begins at `first_seq`; BadSignature otherwise."""
        signer = self._by_id.get(signer_id)
        if signer is None:
            raise BadSignature(f"{signer_id or 'nobody'} is not a signer of this log", seq=first_seq)
        # Genesis is signed by the key that it names: there is nobody else.
        if signer.added >= max(first_seq, 1):
            raise BadSignature(
                f"the key of {signer_id} was only added at entry {signer.added}", seq=first_seq
            )
        if signer.revoked is not None and signer.revoked < first_seq:
            raise BadSignature(f"the key of {signer_id} was revoked at entry {signer.revoked}", seq=first_seq)
        return signer

    def apply(self, entry: Entry) -> bool:
        """Follow the log by one entry: True if it changed who may sign, False if it did not or was void."""
        if entry.seq == 0:
            self._keep(_first_signer(entry))
            return True
        if entry.event not in (GENESIS, ADDED, REVOKED, VOUCHING):
            return False
        changed = self._changed(entry)
        if changed is None:
            self._ignored += (entry.seq,)
            return False
        self._keep(changed)
        return True

    def _keep(self, signer: Signer) -> None:
        self._by_id[signer.id] = signer

    def _changed(self, entry: Entry) -> Signer | None:
        """The signer as it is after a signer event; None if the event is void."""
        author, subject = self._by_id.get(entry.actor), self._by_id.get(entry.subject)
        if author is None or author.revoked is not None:
            return None
        if entry.event == REVOKED and (author.vouches or subject is author):
            return _revoked(subject, entry.seq)
        if not author.vouches:
            return None
        if entry.event == ADDED:
            return self._added(entry)
        if entry.event == VOUCHING:
            return _vouching(subject, entry.data)
        return None

    def _added(self, entry: Entry) -> Signer | None:
        vouches = entry.data.get("vouches")
        public = _key_member(entry)
        if public is None or not isinstance(vouches, bool) or not entry.subject:
            return None
        if entry.subject in self._by_id or any(public == known.public for known in self._by_id.values()):
            return None
        return Signer(entry.subject, public, entry.seq, None, vouches) if _is_strong(public) else None


def origin_of(genesis: Entry) -> str:
    """The name of the log, as its first entry gives it; BadEntry if it gives none that can be signed."""
    origin = genesis.data.get("origin")
    if not isinstance(origin, str) or not is_name(origin):
        raise BadEntry("genesis names no origin that a note can be signed for", seq=genesis.seq)
    return origin


def _first_signer(entry: Entry) -> Signer:
    if entry.event != GENESIS or entry.subject != entry.actor:
        raise BadEntry("a log begins with a genesis by the signer that it names", seq=entry.seq)
    origin_of(entry)
    public = _key_member(entry)
    if public is None:
        raise BadEntry("genesis carries no key", seq=entry.seq)
    try:
        return Signer(entry.actor, keys.check_public_key(public), 0, None, vouches=True)
    except BadKey as exc:
        raise BadKey(exc.message, seq=entry.seq) from exc


def _key_member(entry: Entry) -> bytes | None:
    try:
        return b64.decode_sized(entry.data.get("key"), keys.KEY_SIZE)
    except ValueError:
        return None


def _is_strong(public: bytes) -> bool:
    try:
        keys.check_public_key(public)
    except BadKey:
        return False
    return True


def _revoked(subject: Signer | None, seq: int) -> Signer | None:
    if subject is None or subject.revoked is not None:
        return None
    return subject._replace(revoked=seq)


def _vouching(subject: Signer | None, data: dict[str, Json]) -> Signer | None:
    vouches = data.get("vouches")
    if subject is None or subject.revoked is not None or not isinstance(vouches, bool):
        return None
    return subject._replace(vouches=vouches)
