"""What an unlocked member can open: own keyset, the epochs sealed to it, and through them the past.

Every context names vault, place and recipient, so a seal pasted elsewhere does not open.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from typing import Any

from vault.crypto import details, epoch
from vault.crypto.epoch import EpochKey
from vault.crypto.keyset import Keyset
from vault.crypto.pae import pae
from vault.domain import keys
from vault.domain.events import Row
from vault.errors import IntegrityError, Refused
from vault.store.register import State
from vault.store.shared import Shared

_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]
EPOCH_ID = 20  # "epo-" and 16 characters, in front of sealed details


class Unreadable(IntegrityError):
    """A description is not one: whoever wrote it sealed something else. Nothing but it is wrong."""


def text(value: bytes) -> str:
    """Standard base64, as in every entry."""
    return b2a_base64(value, newline=False).decode()


def raw(value: str) -> bytes:
    """The bytes of an entry's base64."""
    return a2b_base64(value, strict_mode=True)


def epoch_info(*, vault_id: bytes, epoch_id: str, team: str, number: int, recipient: str) -> bytes:
    """The place of one epoch seal."""
    return pae(vault_id, epoch_id.encode(), team.encode(), str(number).encode(), recipient.encode())


def details_context(*, vault_id: bytes, epoch_id: str, kind: str, subject: str) -> bytes:
    """The place of one sealed description."""
    return pae(*_shelf(vault_id, epoch_id, kind), subject.encode())


def _shelf(vault_id: bytes, epoch_id: str, kind: str) -> tuple[bytes, ...]:
    """What the places of all descriptions of a kind under one epoch have in common."""
    return vault_id, epoch_id.encode(), kind.encode()


class Keyring:
    """The keys of this process. A lock is the end of the process."""

    def __init__(self, *, keyset_id: str, keyset: Keyset, vault_id: bytes, shared: Shared) -> None:
        self.keyset_id = keyset_id
        self.keyset = keyset
        self.vault_id = vault_id
        self._shared = shared
        self._epochs: dict[str, EpochKey] = {}
        self._details: dict[str, details.DetailsKey] = {}
        self._openers: dict[tuple[bytes, str, int], Callable[[bytes, bytes], bytes]] = {}
        self.commit_keys: dict[tuple[str, str], bytes] = {}

    def __repr__(self) -> str:
        return "<keyring>"

    def keep(self, epoch_id: str, key: EpochKey) -> None:
        """Remember an epoch that this process made itself."""
        self._epochs[epoch_id] = key

    def epoch(self, state: State, epoch_id: str) -> EpochKey:
        """The epoch's private key: sealed to this keyset, or through later epochs of the same team."""
        if epoch_id not in self._epochs:
            row = state.get("epoch", id=epoch_id)
            if row is None:
                raise IntegrityError("something is sealed to an epoch that the log does not know")
            for each, later in reversed(self._way(state, row)):
                self._epochs[each["id"]] = self._opened(state, each, later)
        return self._epochs[epoch_id]

    def _way(self, state: State, row: Row) -> list[tuple[Row, Row | None]]:
        """From an epoch to a later one whose key is known or sealed to this keyset, each with the one it opens through.

        Walked, not recursed: a vault has as many epochs as its teams had changes.
        """
        way: list[tuple[Row, Row | None]] = []
        at: Row | None = row
        while at is not None and at["id"] not in self._epochs:
            later = self._later(state, at)
            way.append((at, later))
            at = later
        return way

    def _later(self, state: State, row: Row) -> Row | None:
        """The epoch that sealed this one's key; None where this one is sealed to this keyset itself."""
        if state.get("epoch_seal", epoch=row["id"], keyset=self.keyset_id) is not None:
            return None
        if row["skipped"] is not None:
            raise Refused(
                f"it was sealed to an epoch of {row['team']} that entry {row['skipped']} left out",
                hint="somebody whose keys open it stores it again",
            )
        later = state.find("epoch", follows=row["id"], skipped=None)
        if not later:
            raise Refused(
                f"your keys do not open what is sealed to the {row['team']} team",
                hint="ask somebody of that team",
            )
        return later[0]

    def _opened(self, state: State, row: Row, later: Row | None) -> EpochKey:
        try:
            return self._sealed_to_us(state, row) if later is None else self._through(state, later, row)
        except IntegrityError as problem:
            raise IntegrityError(
                f"the {row['team']} team's key of epoch {row['number']} does not open: {problem.message}",
                hint=f"a member of that team can leave it out: keyholder team renew --skip {row['team']}",
            ) from None

    def opens(self, state: State, row: Row) -> bool:
        """True if this keyset was sealed the epoch, and the past opens through it."""
        if state.get("epoch_seal", epoch=row["id"], keyset=self.keyset_id) is None:
            return False
        before = state.get("epoch", id=row["follows"]) if row["follows"] else None
        try:
            self.epoch(state, row["id"])
            if before is not None:
                self._through(state, row, before)
        except IntegrityError:
            return False
        return True

    def _sealed_to_us(self, state: State, row: Row) -> EpochKey:
        [seal] = state.find("epoch_seal", epoch=row["id"], keyset=self.keyset_id)
        info = epoch_info(
            vault_id=self.vault_id,
            epoch_id=row["id"],
            team=row["team"],
            number=row["number"],
            recipient=self.keyset_id,
        )
        sealed = self._shared.blob(seal["seal"])
        return epoch.open_epoch(self.keyset, sealed, info=info, public=raw(row["public"]))

    def _through(self, state: State, later: Row, row: Row) -> EpochKey:
        info = epoch_info(
            vault_id=self.vault_id,
            epoch_id=later["id"],
            team=row["team"],
            number=later["number"],
            recipient=row["id"],
        )
        current = self.epoch(state, later["id"])
        return epoch.open_predecessor(
            current, self._shared.blob(later["predecessor"]), info=info, public=raw(row["public"])
        )

    def is_in(self, state: State, team: str) -> bool:
        """True if the newest epoch of the team is sealed to this keyset."""
        newest = keys.newest_epoch(state, team)
        return (
            newest is not None
            and state.get("epoch_seal", epoch=newest["id"], keyset=self.keyset_id) is not None
        )

    def _details_key(self, state: State, epoch_id: str) -> details.DetailsKey:
        if epoch_id not in self._details:
            self._details[epoch_id] = details.DetailsKey(self.epoch(state, epoch_id).details_key())
        return self._details[epoch_id]

    def seal_details(
        self, state: State, *, kind: str, subject: str, values: Mapping[str, Any], nonce: bytes
    ) -> bytes:
        """Seal a description to the register: under its details key, or to its public key by a non-member."""
        newest = keys.newest_epoch(state, keys.REGISTER)
        if newest is None:
            raise IntegrityError("the register has no epoch to seal to")
        context = details_context(vault_id=self.vault_id, epoch_id=newest["id"], kind=kind, subject=subject)
        plain = plain_of(values)
        if self.is_in(state, keys.REGISTER):
            sealed = self._details_key(state, newest["id"]).seal(plain, context=context, nonce=nonce)
        else:
            sealed = details.seal_details_to(raw(newest["public"]), plain, context=context)
        return str(newest["id"]).encode() + sealed

    def open_details(self, state: State, blob: bytes, *, kind: str, subject: str) -> dict[str, Any]:
        """The description, if it was sealed for this thing in this vault."""
        sealed, place = blob[EPOCH_ID:], subject.encode()
        shelf = blob[:EPOCH_ID], kind, len(place)
        open_one = self._openers.get(shelf) or self._opener(state, *shelf)
        try:
            if details.is_hpke_form(sealed):
                return fields_of(self._open_from_outside(state, blob, kind, place))
            return fields_of(open_one(sealed, place))
        except (IntegrityError, ValueError, RecursionError):
            raise Unreadable("a description does not open, or is not one") from None

    def _opener(self, state: State, epoch: bytes, kind: str, size: int) -> Callable[[bytes, bytes], bytes]:
        """Opens (sealed, subject) of a kind under an epoch: the first looks for the key, for all of a long list."""
        epoch_id = epoch.decode(errors="replace")
        _, key = self._register_keys(state, epoch_id)
        open_one = key.opener(*_shelf(self.vault_id, epoch_id, kind), last=size)
        self._openers[epoch, kind, size] = open_one
        return open_one

    def _open_from_outside(self, state: State, blob: bytes, kind: str, subject: bytes) -> bytes:
        """What somebody sealed who writes to the register and does not read it."""
        epoch_id = blob[:EPOCH_ID].decode()
        context = pae(*_shelf(self.vault_id, epoch_id, kind), subject)
        return details.open_details_with(self.epoch(state, epoch_id), blob[EPOCH_ID:], context=context)

    def _register_keys(self, state: State, epoch_id: str) -> tuple[EpochKey, details.DetailsKey]:
        """The keys of an epoch of the register; `Unreadable` where these keys do not lead to it."""
        if epoch_id not in self._details:
            row = state.get("epoch", id=epoch_id)
            if row is None or row["team"] != keys.REGISTER:
                raise Unreadable("a description is not sealed to the register")
        try:
            return self.epoch(state, epoch_id), self._details_key(state, epoch_id)
        except IntegrityError:  # its author made the epoch, or sealed to it: nothing else is wrong
            raise Unreadable("a description is sealed to an epoch that does not open") from None
        except Refused:
            if (state.get("epoch", id=epoch_id) or {}).get("skipped") is None:
                raise
            raise Unreadable("a description is sealed to an epoch that was left out") from None


def plain_of(values: Mapping[str, Any]) -> bytes:
    """A description as it is sealed."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fields_of(plain: bytes) -> dict[str, Any]:
    """An object of texts and lists of texts, as this program writes it; the author may have used another."""
    written = plain.decode()
    try:
        values, end = _scan(written, 0)
    except StopIteration:
        raise ValueError("no JSON") from None
    if type(values) is not dict or end != len(written):
        raise ValueError("not an object, or more than one")
    for value in values.values():
        if type(value) is not str and not _is_texts(value):
            raise ValueError("not an object of texts")
    if b"\\u" in plain:
        json.dumps(
            values, ensure_ascii=False
        ).encode()  # an escape may be half a surrogate pair, which is no text
    return values


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
