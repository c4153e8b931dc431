"""The second administrator's word: what waits, and what follows when it is given.

Giving the role of administrator and changing recovery take effect with `entry.confirmed` by another person, with
keys that the first had no part in (`vault.domain.voices`). The log itself is then told what the register decided: an
administrator's keysets may vouch for others, an older kit's keyset signs no more. The same word makes a keyset that
one administrator enrolled for another that other's own voice; nothing waits for it but the finding. Who agrees to an
administrator names the keyset whose words they compared with the person: another one would be in somebody's hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.words import to_words
from vault.crypto.keyset import fingerprint
from vault.domain import events, keys, voices
from vault.errors import NotFound
from vault.ops import epochs
from vault.ops.create import retire_recovery
from vault.ops.keyring import raw

if TYPE_CHECKING:
    from vault.domain.events import Data, Register, Row
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


GONE = "its author may ask no more"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that has no effect before another administrator confirms it.

    ``state`` says whether it can still be confirmed. ``asks`` is what the entry says, field by field. ``words`` are
    those of every keyset concerned; ``keyset`` is the one that the member asking vouches for by confirming, after they
    have compared its words: None where there is none yet, several, or one of their own making.
    """

    entry: int
    event: str
    subject: str
    about: str
    by: str
    time: str
    asks: str = ""
    words: tuple[str, ...] = ()
    keyset: str | None = None
    state: str = "waits"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What took effect, and which teams still wait for one of their own.

    ``unvouched`` are the entries of a new administrator's keys that still speak with their enroller's voice.
    """

    event: str
    subject: str
    teams_due: tuple[str, ...]
    unvouched: tuple[int, ...] = ()


def list_waiting(vault: Vault) -> list[Waiting]:
    """Everything that waits, the oldest first: entries, and administrators' keys that nobody has vouched for."""
    waits = [_waiting(vault, row) for row in vault.state.find("pending", confirmed=None)]
    keysets = [_enrolled(vault, row) for row in voices.heard(vault.state) if voices.others(row)]
    return sorted(waits + keysets, key=lambda one: one.entry)


def asked(vault: Vault, entry: int) -> Waiting:
    """What confirming an entry would agree to, keys of somebody who is no administrator too.

    Refused where nothing waits by that number: what comes later was shown to nobody.
    """
    state = vault.state
    if (row := state.get("pending", seq=entry, confirmed=None)) is not None:
        return _waiting(vault, row)
    if (row := voices.enrolled_at(state, entry)) is not None:
        return _enrolled(vault, row)
    raise _nothing_waits(entry)


def _waiting(vault: Vault, row: Row) -> Waiting:
    about, by = _name(vault, row["subject"]), _name(vault, row["person"])
    gives = row["event"] == "role.given"
    words = _words(vault, row["subject"]) if gives else ()
    keyset = _to_compare(vault, voices.only_keyset(vault.state, row["subject"])) if gives else None
    asks = _asks(vault, row["data"]) + _whose_text(row)
    state = "waits" if keys.stands(vault.state, row) else GONE
    return Waiting(
        row["seq"], row["event"], row["subject"], about, by, row["time"], asks, words, keyset, state
    )


def _asks(vault: Vault, data: Data) -> str:
    """Every field of what would take effect: whoever agrees to less than the whole signs blind."""
    lists = {field: value if isinstance(value, list) else [value] for field, value in data.items()}
    said = (
        f"{field.replace('_', ' ')} {', '.join(_name(vault, str(one)) for one in values)}"
        for field, values in sorted(lists.items())
    )
    return "; ".join(said)


def _whose_text(row: Row) -> str:
    """A document is shown by its hash, which nobody reads: whether it is the one that this machine has is said."""
    if row["event"] != "policy.chosen":
        return ""
    from vault.ops import documents

    if documents.is_installed(row["data"]):
        return "; that is the text of this machine's file"
    return "; that is ANOTHER text than this machine's file: ask why before you confirm it"


def _to_compare(vault: Vault, row: Row | None) -> str | None:
    """This keyset, if somebody is to vouch for it and this member can."""
    own = voices.speaks(vault.state.get("keyset", id=vault.place.keyset))
    return row["id"] if row and voices.others(row) and not voices.others(row) & own else None


def _enrolled(vault: Vault, row: Row) -> Waiting:
    by = ", ".join(_name(vault, person) for person in sorted(voices.others(row)))
    words = (key_words(row),)
    about = _name(vault, row["person"])
    return Waiting(
        row["added"],
        "signer.added",
        row["id"],
        about,
        by,
        "",
        "that these keys are their own",
        words,
        row["id"],
    )


def _words(vault: Vault, person: str) -> tuple[str, ...]:
    return tuple(
        key_words(row) for row in vault.state.find("keyset", person=person, revoked=None, purpose="member")
    )


def key_words(row: Row) -> str:
    """The ten words of a keyset of the register."""
    return " ".join(to_words(fingerprint(kem_public=raw(row["kem"]), sign_public=raw(row["key"]))))


def own_words(vault: Vault) -> list[str]:
    """The ten words of this machine's keys: from the keys themselves, whatever the register says."""
    return to_words(vault.keyring.keyset.fingerprint())


def _name(vault: Vault, id_: str) -> str:
    if not id_.startswith("per-") or not vault.names.reads_details():
        return id_
    return str(vault.names.details("person", id_).get("name", id_))


def confirm(vault: Vault, *, entry: int, keyset: str | None = None) -> Confirmed:
    """Say yes, as somebody whom the one who wrote it cannot be.

    ``keyset`` is that of the new administrator whose words were compared: refused if by now they have another.
    """
    vault.require_role(events.ADMINISTRATOR, events.CUSTODIAN)
    with vault.change() as tx:
        event, subject = _what_waits(tx.state, entry)
        tx.emit("entry.confirmed", "", entry=entry, keyset=keyset)
        if event == "role.given":
            sync_vouching(tx, subject)
        if event == "recovery.made":
            retire_recovery(tx)
        due = epochs.settle(tx)
        rows = voices.heard(tx.state) if event == "role.given" else []
        left = tuple(row["added"] for row in rows if row["person"] == subject and voices.others(row))
    return Confirmed(event, subject, due, left)


def _what_waits(reg: Register, entry: int) -> tuple[str, str]:
    """The event and subject of an entry that waits, read where it is confirmed and not before."""
    if (row := reg.get("pending", seq=entry)) is not None:
        return row["event"], row["subject"]
    if (row := voices.enrolled_at(reg, entry)) is not None:
        return "signer.added", row["id"]
    raise _nothing_waits(entry)


def _nothing_waits(entry: int) -> NotFound:
    return NotFound(f"entry {entry} does not wait for anybody", hint="see what waits: keyholder confirm")


def sync_vouching(tx: Tx, person: str) -> None:
    """Let the log know whether this person's keysets may add and revoke signers."""
    wanted, known = keys.vouches(tx.state, person), {s.id: s for s in tx.vault.follower.signers.items()}
    for keyset in keys.active_keysets(tx.state, person):
        if keyset in known and known[keyset].vouches != wanted:
            tx.emit("signer.vouching", keyset, vouches=wanted)
