"""Who witnesses this log: keys on auditors' machines, named by entries; where there are two administrators, by both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import b64, note
from audit.errors import BadKey
from audit.note import Vkey
from vault.domain import events as e
from vault.domain import keys, witnesses
from vault.domain.events import ADMINISTRATOR, Register, Row
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem
from vault.ops.outside_heads import key_of, newest_of

if TYPE_CHECKING:
    from vault.ops.session import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One witness of this log, and what it cosigned last."""

    id: str
    name: str
    vkey: str
    added: int
    removed: int | None
    size: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A new witness, the entry that names it, and whether that waits for a second administrator."""

    id: str
    entry: int
    waits: bool


def add(vault: Vault, key: str) -> Added:
    """Let this key witness the log. On the record, with the key, for everybody."""
    vault.require_role(ADMINISTRATOR)
    given = _witness_key(key)
    if vault.state.find("witness", name=given.name):
        raise UsageProblem(f"{given.name} is a witness already, or was one", hint="make a new witness folder")
    with vault.change() as tx:
        _check_not_asked(tx.state, given.name)
        id_ = tx.new(Prefix.WITNESS)
        entry = tx.emit("witness.added", id_, name=given.name, key=b64.encode(given.public))
        return Added(id=id_, entry=entry, waits=tx.state.get("pending", seq=entry) is not None)


def _check_not_asked(reg: Register, name: str) -> None:
    """Said once is enough: the same name twice would leave the other administrator one that cannot be confirmed."""
    for row in reg.find("pending", confirmed=None):
        if row["event"] == "witness.added" and row["data"]["name"] == name and keys.stands(reg, row):
            raise UsageProblem(
                f"{name} waits for another administrator already",
                hint=f"the other runs: keyholder confirm {row['seq']}",
            )


def _witness_key(text: str) -> Vkey:
    try:
        key = note.parse_vkey(text.strip())
    except BadKey as exc:
        raise UsageProblem(
            f"that is not a witness's key: {exc.message}", hint="take it whole, as printed"
        ) from exc
    if key.kind == note.MLDSA_COSIGNATURE:
        raise UsageProblem(
            "the vault keeps cosignatures with Ed25519 alone",
            hint="give the witness's key of that kind; this one is for `python -m audit verify --witness`",
        )
    if key.kind != note.COSIGNATURE:
        raise UsageProblem(
            "that key signs logs, it is not a witness's", hint="keyholder audit witness new FOLDER"
        )
    if e.witness_name(key.name) is not None:
        raise UsageProblem(
            "the witness's name could name somebody, and the log holds no names",
            hint="let `keyholder audit witness new` choose it: witness/ and 16 random digits",
        )
    return key


def remove(vault: Vault, given: str) -> None:
    """Count this witness's cosignatures no more."""
    vault.require_role(ADMINISTRATOR)
    row = find(vault, given)
    with vault.change() as tx:
        tx.emit("witness.removed", row["id"])


def find(vault: Vault, given: str) -> Row:
    """The witness in force with that id or name, or a beginning of one; with nothing given, the only one."""
    rows = [
        row
        for row in witnesses.in_force(vault.state)
        if row["id"].startswith(given) or row["name"].startswith(given)
    ]
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise UsageProblem(
            "there is more than one witness", hint="use one of: " + ", ".join(r["name"] for r in rows)
        )
    raise NotFound("no such witness", hint="those there are: keyholder audit witness list")


def everyone(vault: Vault) -> list[Witness]:
    """All that ever were, with the newest head that each has truly cosigned."""
    return [described(vault, row) for row in vault.state.find("witness")]


def described(vault: Vault, row: Row) -> Witness:
    """The witness of that row, with the newest head that it has truly cosigned."""
    last = newest_of(vault, row)
    return Witness(
        id=row["id"],
        name=row["name"],
        vkey=note.vkey(row["name"], key_of(row).public, note.COSIGNATURE),
        added=row["added"],
        removed=row["removed"],
        size=last.size if last else 0,
        at=last.at if last else "",
    )
