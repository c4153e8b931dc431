"""The document in force, in the words that were chosen: its text is kept beside the log, by the hash in its entry.

A file that has changed since is another text: it judges nothing until it is chosen. Where the words of then are not
there (the entry is older than their keeping), or this release cannot read them, the installation's file stands in,
and that is said.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from vault.domain.cover import Cover
from vault.domain.cover import of as cover_of
from vault.errors import NotFound, UsageProblem
from vault.store import covers, policy_text
from vault.store.shared import blob_name

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.domain.policy import Profile
    from vault.ops.session import Vault
    from vault.store.register import State
    from vault.store.shared import Shared


class Document(NamedTuple):
    """A document as it was chosen. ``same``: today's file is that text. ``then``: these are its words of then."""

    profile: Profile
    same: bool
    then: bool


def in_force(vault: Vault) -> Profile:
    """The document that the log chose last, in the words that were chosen."""
    return read(vault.shared, _chosen(vault)).profile


def cover(vault: Vault) -> Cover:
    """What lists say of it: of the same words, without the rules."""
    row = _chosen(vault)
    key = row["profile"], row["document"]
    if key not in _covers:
        _covers[key] = covers.known(row["document"], row["profile"]) or _read_cover(vault, row["profile"])
    return _covers[key]


def _read_cover(vault: Vault, name: str) -> Cover:
    from vault.store.profiles import read_cover  # reads TOML

    return read_cover(text_in_force(vault), name) or cover_of(in_force(vault))


def text_in_force(vault: Vault) -> bytes:
    """Its text, unread: for a question that hardly any document answers."""
    row = _chosen(vault)
    digest, raw = _installed(row["profile"])
    return raw if digest == row["document"] else _kept(vault.shared, row["document"]) or raw


def read(shared: Shared, row: Row) -> Document:
    """The document of one choice."""
    from vault.ops.platforms import profile

    name, digest = row["profile"], row["document"]
    if _installed(name)[0] == digest:
        return Document(profile(name), same=True, then=True)
    if (name, digest) not in _parsed and (raw := _kept(shared, digest)):
        _parsed[name, digest] = _read(raw, name)
    known = _parsed.get((name, digest))
    if known is not None:
        return Document(known, same=False, then=True)
    return Document(profile(name), same=False, then=False)


def is_installed(row: Row) -> bool:
    """Whether the document that an entry chooses is word for word the installation's file of that name."""
    digest, raw = _installed(row["profile"])
    return bool(raw) and digest == row["document"]


# A text is known by its hash: what it says never changes.
_parsed: dict[tuple[str, str], Profile | None] = {}
_covers: dict[tuple[str, str], Cover] = {}


def _read(raw: bytes, name: str) -> Profile | None:
    """None: written for another release, whose layout this one does not read."""
    from vault.store.profiles import read_profile

    try:
        return read_profile(raw, name)
    except UsageProblem:
        return None


def _kept(shared: Shared, digest: str) -> bytes:
    """The text of that hash, as it was kept; empty where it is not there."""
    return shared.blobs([digest]).get(digest, b"")


@cache
def _installed(name: str) -> tuple[str, bytes]:
    """The hash of the installation's file, and its text."""
    raw = policy_text.text(name)
    return blob_name(raw), raw


def _chosen(vault: Vault) -> Row:
    rows = vault.state.find("policy")
    if not rows:
        raise no_profile(vault.state)
    return max(rows, key=lambda row: int(row["seq"]))


def no_profile(state: State) -> NotFound:
    """Within the first entries of a log, to which somebody may look back, no document was chosen yet."""
    pin = state.pin()
    return NotFound(
        f"after entry {pin.size - 1 if pin else 0} no policy profile was chosen yet",
        hint="look back to a later entry: `keyholder audit log` has policy.chosen among its first",
    )
