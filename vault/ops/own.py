"""What a member without the register's key reads: their own person and devices, and the cards of what they hold.

    copy = 0x05 || nonce || ChaCha20-Poly1305(HMAC(commit key, place), nonce, pad64(fields), aad = place)
    place = PAE(label, PAE(vault, batch, kind, subject, keyset))

Nobody asks for a copy: every unit of work that writes ends by making those that are missing, and by sealing anew
what somebody without the register's key has described.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from vault.crypto import details as crypto
from vault.crypto.pae import pae
from vault.domain import keys
from vault.domain.details import copy_in_force, kind_of, owner_of
from vault.domain.events import STAFF
from vault.errors import IntegrityError
from vault.ops import sealing
from vault.ops.keyring import Unreadable, fields_of, plain_of
from vault.store import own as sql

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx
    from vault.store.register import State

Details = dict[str, Any]
_ON_CARD = ("name", "key", "login")


# --- writing ----------------------------------------------------------------------------------------------------


def settle(tx: Tx) -> None:
    """Seal anew what waits for it, and give everybody the copies of their own that are missing."""
    roles = tx.vault.roles()
    reads = bool(roles & keys.TEAM_ROLES[keys.REGISTER]) and tx.vault.keyring.is_in(tx.state, keys.REGISTER)
    if roles & STAFF and reads and not keys.epoch_due(tx.state, keys.REGISTER):
        _rewrite(tx)
    if roles:
        _copy(tx, everybody=bool(roles & STAFF) and reads)


def _rewrite(tx: Tx) -> None:
    waiting = tx.state.find("unkeyed", done=None)
    for about in sorted({row["id"] for row in waiting}):
        row = tx.state.get(kind_of(about), id=about) or {}
        words = _words(tx, about, row["details"])
        if words is None:
            continue
        sealed = tx.seal_words(kind_of(about), about, words) if words else None
        tx.emit("details.rewritten", "", about=about, details=sealed)


def _copy(tx: Tx, *, everybody: bool) -> None:
    reads = json.dumps(sorted(keys.TEAM_ROLES[keys.REGISTER]))
    owed = tx.state.memo(("owed copies",), sql.OWED_BY, lambda: tx.state.query(sql.OWED, reads=reads))
    mine = [row for row in owed if everybody or row["person"] == tx.vault.person]
    described = [(row, words) for row in mine if (words := _words(tx, row["about"], row["details"]))]
    if not described:
        return
    batch, commit_keys = tx.commit_keys({row["keyset"] for row, _ in described})
    for row, words in described:
        place = _place(tx.vault, batch=batch, about=row["about"], keyset=row["keyset"])
        blob = crypto.seal_own(
            commit_keys[row["keyset"]], plain_of(words), context=place, nonce=tx.random(12)
        )
        tx.emit("details.shared", row["keyset"], about=row["about"], batch=batch, details=tx.blob(blob))


def _words(tx: Tx, about: str, name: str) -> Details | None:
    """A description by the name of its blob; none where it cannot be had, empty where it does not open."""
    if name in tx.described:
        return tx.described[name]
    if not tx.vault.keyring.is_in(tx.state, keys.REGISTER):
        return None
    blob = tx.blobs.get(name) or tx.vault.shared.blobs([name]).get(name)
    if blob is None:
        return None
    try:
        return tx.vault.keyring.open_details(tx.state, blob, kind=kind_of(about), subject=about)
    except Unreadable:
        return {}


def _place(vault: Vault, *, batch: str, about: str, keyset: str) -> bytes:
    parts = (batch, kind_of(about), about, keyset)
    return pae(vault.keyring.vault_id, *(part.encode() for part in parts))


# --- reading ----------------------------------------------------------------------------------------------------


def opened(vault: Vault, kind: str, ids: Iterable[str] | None, state: State) -> dict[str, Details | None]:
    """Id → what this member, who does not read the register, may know: their own, and nobody else's."""
    if kind == "account":
        return dict(_cards(vault, state, ids))
    if kind not in ("person", "device"):
        return {}
    mine = (
        [vault.person] if kind == "person" else [r["id"] for r in state.find("device", person=vault.person)]
    )
    wanted = set(mine) if ids is None else set(mine) & set(ids)
    return {id_: _open(vault, state, id_) for id_ in sorted(wanted)}


def _open(vault: Vault, state: State, id_: str) -> Details | None:
    """None where there is no copy of what the register has now, or one that does not open in its place."""
    copy = copy_in_force(state, id_, vault.keyring.keyset_id)
    if copy is None or owner_of(state, id_) != vault.person:
        return None
    try:
        key = sealing.commit_key(vault, batch=copy["batch"], recipient=vault.keyring.keyset_id)
        place = _place(vault, batch=copy["batch"], about=id_, keyset=vault.keyring.keyset_id)
        return fields_of(crypto.open_own(key, vault.shared.blob(copy["blob"]), context=place))
    except (IntegrityError, ValueError, RecursionError):
        return None


def held(vault: Vault, state: State) -> set[str]:
    """The accounts that this member holds in any way."""
    return {row["account"] for row in state.find("grant_", person=vault.person, revoked=None)}


def _cards(vault: Vault, state: State, ids: Iterable[str] | None) -> Iterable[tuple[str, Details]]:
    """The cards of what is held: each from the newest version that is sealed to this member."""
    wanted = held(vault, state) if ids is None else held(vault, state) & set(ids)
    for account in sorted(wanted):
        rows = state.find("recipient", keyset=vault.keyring.keyset_id, account=account)
        card: Mapping[str, str] = {}
        for row in sorted(rows, key=lambda row: -row["number"]):
            if card := _card(vault, row["account"], row["number"]):
                break
        if card:
            yield account, {name: card[name] for name in _ON_CARD if card.get(name)}


def _card(vault: Vault, account: str, number: int) -> Mapping[str, str]:
    """None where it does not open: one bad version must not hide all the others."""
    try:
        return sealing.open_version(vault, account=account, number=number).card
    except IntegrityError:
        return {}
