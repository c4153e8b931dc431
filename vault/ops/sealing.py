"""Write and open versions: the only place where an account's secret is sealed or unsealed.

    blob = wrap(custody) || wrap(keyset 1) || … || sealed body          wraps of 48 bytes, in the entry's order

The body is JSON: a short card (platform, handle, sign-in address, login) so that a holder knows what it opens, and
the components. Any mismatch with the entry is one refusal; nothing is repaired.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vault.crypto import version
from vault.crypto.pae import pae
from vault.domain import keys, secrets
from vault.domain.events import Row
from vault.errors import IntegrityError, NotFound, Refused
from vault.ops.keyring import Keyring, raw, text

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True)
class Body:
    """What a version holds: the card, and each component's value. Never printed."""

    card: Mapping[str, str]
    parts: Mapping[str, Any] = field(repr=False)

    def to_bytes(self) -> bytes:
        both = {"card": dict(self.card), "parts": dict(self.parts)}
        return json.dumps(both, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Body:
        """The body, if it has the form that `to_bytes` gives; its author may have used another program."""
        try:
            both = json.loads(data.decode())
            found = cls(both["card"], both["parts"])
            good = both.keys() == {"card", "parts"} and found._is_plain() and found.to_bytes() == data
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            good = False
        if not good:
            raise IntegrityError("a version opens, but holds no card and components: ask its author")
        return found

    def _is_plain(self) -> bool:
        texts = [*self.card.values()]
        for value in self.parts.values():
            texts += value if isinstance(value, list) else [value]
        return all(isinstance(text, str) for text in texts)


def _place(ring: Keyring, *, account: str, number: int, batch: str) -> bytes:
    return pae(ring.vault_id, account.encode(), str(number).encode(), batch.encode())


def recipients(tx: Tx, accounts: list[str]) -> set[str]:
    """Everybody that versions of these accounts must be sealed to: ask before a bulk write, then one seal each."""
    custody = tx.ensure_epoch(keys.CUSTODY)
    return {custody}.union(*(secrets.holders(tx.state, account) for account in accounts))


def write_version(
    tx: Tx,
    *,
    account: str,
    body: Body,
    parts: Mapping[str, str],
    why: str,
    previous: int | None = None,
    **facts: Any,
) -> int:
    """Seal a version to custody and to the holders, and record it. Returns its number.

    ``parts`` says for each component whether it is `new` or `kept` from version ``previous``.
    """
    ring, custody = tx.vault.keyring, tx.ensure_epoch(keys.CUSTODY)
    to = secrets.holders(tx.state, account)
    batch, commit_keys = tx.commit_keys({custody, *to})
    last = secrets.newest(tx.state, account)
    number = last["number"] + 1 if last else 1
    dek, place = tx.random(version.KEY_SIZE), _place(ring, account=account, number=number, batch=batch)
    sealed, commitment = version.seal_body(dek, body.to_bytes(), context=place)
    wraps = [version.wrap(commit_keys[r], dek, context=pae(place, r.encode())) for r in (custody, *to)]
    tx.emit(
        "version.written",
        account,
        number=number,
        batch=batch,
        epoch=custody,
        to=to,
        parts=dict(parts),
        commitment=text(commitment),
        blob=tx.blob(b"".join(wraps) + sealed),
        why=why,
        previous=previous,
        **facts,
    )
    return number


def open_version(vault: Vault, *, account: str, number: int) -> Body:
    """The body of a version, through whichever key of this member opens it."""
    row = vault.state.get("version", account=account, number=number)
    if row is None:
        raise NotFound("the account has no such version")
    dek, blob = _data_key(vault, row)
    place = _place(vault.keyring, account=account, number=number, batch=row["batch"])
    sealed = blob[row["places"] * version.WRAP_SIZE :]
    body = Body.from_bytes(version.open_body(dek, sealed, context=place, commitment=raw(row["commitment"])))
    if body.parts.keys() != secrets.origins(vault.state, account, number).keys():
        raise IntegrityError("a version does not hold the components that its entry names: ask its author")
    return body


def _data_key(vault: Vault, row: Row) -> tuple[bytes, bytes]:
    """(data key, blob): by the own keyset where it is a recipient, else through custody."""
    ring, blob = vault.keyring, vault.shared.blob(row["blob"])
    own = vault.state.get("recipient", account=row["account"], number=row["number"], keyset=ring.keyset_id)
    if own is not None and own["place"] == 0:
        wrapped, recipient, batch = vault.shared.blob(own["blob"]), ring.keyset_id, own["batch"]
    else:
        place, recipient = (own["place"], ring.keyset_id) if own else (0, row["epoch"])
        start = place * version.WRAP_SIZE
        wrapped, batch = blob[start : start + version.WRAP_SIZE], row["batch"]
    context = _place(ring, account=row["account"], number=row["number"], batch=batch)
    key = commit_key(vault, batch=batch, recipient=recipient)
    return version.unwrap(key, wrapped, context=pae(context, recipient.encode())), blob


def commit_key(vault: Vault, *, batch: str, recipient: str) -> bytes:
    """Opened once in a process: a bulk change wraps many versions under one."""
    known = vault.keyring.commit_keys
    if (batch, recipient) not in known:
        known[batch, recipient] = _open_commit_key(vault, batch=batch, recipient=recipient)
    return known[batch, recipient]


def _open_commit_key(vault: Vault, *, batch: str, recipient: str) -> bytes:
    ring, state = vault.keyring, vault.state
    made, seal = state.get("batch", id=batch), state.get("batch_seal", batch=batch, recipient=recipient)
    if made is None or seal is None:
        raise IntegrityError("a version names a batch of keys that the log does not have")
    info = pae(ring.vault_id, batch.encode(), made["author"].encode(), recipient.encode())
    sealed = vault.shared.blob(seal["seal"])
    if recipient == ring.keyset_id:
        return ring.keyset.open(sealed, info=info)
    if state.get("epoch", id=recipient) is None:
        raise Refused("your keys do not open this account", hint="ask the Digital Media Team for a grant")
    return ring.epoch(state, recipient).open(sealed, info=info)


def share_version(tx: Tx, *, account: str, number: int, to: str) -> None:
    """Seal an existing version to one more keyset: by an entry of its own, by somebody who opened it."""
    row = tx.state.get("version", account=account, number=number)
    if row is None:
        raise NotFound("the account has no such version")
    dek, _ = _data_key(tx.vault, row)
    batch, commit_keys = tx.commit_keys({to})
    place = _place(tx.vault.keyring, account=account, number=number, batch=batch)
    wrapped = version.wrap(commit_keys[to], dek, context=pae(place, to.encode()))
    tx.emit("version.shared", account, number=number, to=to, batch=batch, wrap=tx.blob(wrapped))


def read_back_all(vault: Vault, expected: Mapping[tuple[str, int], Body]) -> None:
    """Read versions by account and number through a new connection, open, compare: before anybody types them in."""
    import hmac

    from vault.store.shared import Shared

    if not expected:
        return
    again = Shared(vault.shared.door.again())
    before, vault.shared = vault.shared, again
    try:
        for (account, number), body in expected.items():
            found = open_version(vault, account=account, number=number)
            if not hmac.compare_digest(found.to_bytes(), body.to_bytes()):
                raise IntegrityError("what was stored is not what was sealed; nothing was shown or applied")
    finally:
        vault.shared = before
        again.door.close()
