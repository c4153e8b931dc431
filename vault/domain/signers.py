"""What the log library makes of signer events, told again: the register must know where it stands.

`audit.signers` knows no roles, only whether a keyset vouches, and acts on what the register may hold void: an
administrator who is paused can still silence a key. The register is stricter and never looser: an event that the
library ignores is void here too, and the table `signer` always says what the library believes. Kept in step with
`audit.signers` by a property test; the two import nothing of each other.
"""

from __future__ import annotations

from binascii import a2b_base64
from typing import Any

from vault.domain import events as e
from vault.domain.events import Fact, Register, Row

GENESIS, ADDED, REVOKED, VOUCHING = "log.genesis", "signer.added", "signer.revoked", "signer.vouching"
EVENTS = frozenset({GENESIS, ADDED, REVOKED, VOUCHING})
KEY = e.base64_of(32)
# Ed25519 keys under which everything verifies: the points whose order divides 8, by y, and second spellings of others.
_P = 2**255 - 19
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})


def follow(reg: Register, fact: Fact) -> bool:
    """Do to the table `signer` what the library does; False if it ignores the event."""
    if fact.event == GENESIS and fact.seq == 0:
        return _add(reg, fact, vouches=True)
    author, subject = reg.get("signer", id=fact.keyset), reg.get("signer", id=fact.subject)
    if author is None or author["revoked"] is not None:
        return False
    if fact.event == REVOKED:
        may = author["vouches"] or fact.subject == fact.keyset
        return bool(may) and _change(reg, subject, revoked=fact.seq)
    vouches = fact.data.get("vouches")
    if not author["vouches"] or type(vouches) is not bool or fact.event == GENESIS:
        return False
    if fact.event == VOUCHING:
        return _change(reg, subject, vouches=int(vouches))
    return subject is None and bool(fact.subject) and _add(reg, fact, vouches=vouches)


def proves_nothing(public: bytes) -> bool:
    """Whether one signature under this Ed25519 key of 32 bytes fits many messages (RFC 8032, section 5.1)."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return y >= _P or y in _SMALL_ORDER


def _add(reg: Register, fact: Fact, *, vouches: bool) -> bool:
    key = fact.data.get("key")
    if KEY(key) is not None:
        return False
    public = a2b_base64(str(key))
    if proves_nothing(public) or reg.find("signer", public=public):
        return False
    reg.put("signer", id=fact.subject, public=public, added=fact.seq, revoked=None, vouches=int(vouches))
    return True


def _change(reg: Register, row: Row | None, **values: Any) -> bool:
    if row is None or row["revoked"] is not None:
        return False
    reg.change("signer", {"id": row["id"]}, **values)
    return True
