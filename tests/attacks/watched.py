"""A register that tells what an entry wrote into it, and what somebody with few rights may write.

The list of rights here is written from what the roles mean, not from the event table: it is the second opinion that the
table is held against. A member who is no custodian, administrator or auditor may change what is theirs: their own
devices and what follows from losing one, their own sight of a secret, their own keys' end; they may file, ask, note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vault.domain.events import Row
from vault.store.register import State


@dataclass(frozen=True, slots=True)
class Me:
    """Who writes, and the account whose secret they hold, if they hold any."""

    person: str
    keyset: str
    account: str = ""


Right = Callable[[Row, Me, State], bool]


def _mine(row: Row, me: Me, _: State) -> bool:
    return bool(row.get("person") == me.person)


def _my_device(row: Row, me: Me, reg: State) -> bool:
    device = reg.get("device", id=row["device"])
    return device is None or device["person"] == me.person


def _anything(row: Row, me: Me, reg: State) -> bool:
    return True


def _my_account(row: Row, me: Me, _: State) -> bool:
    return bool(me.account) and row["account"] == me.account


# What a member with few rights may write, by table; a table that is not here they may not write to at all.
RIGHTS: Mapping[str, Right] = {
    "void": _anything,
    "refusal": _mine,
    "note": _anything,
    "claim": lambda row, me, _: row["by"] == me.person and row["state"] == "open",
    "request": lambda row, me, _: row["requester"] == me.person and row["state"] in ("waiting", "refused"),
    "device": _mine,
    "device_account": _my_device,
    "own_device": _mine,
    "record": lambda row, me, _: row["about"] == row["person"] == row["author"] == me.person,
    "exposure": _mine,
    "keyset": lambda row, me, _: row["person"] == me.person and row["revoked"] is not None,
    "signer": lambda row, me, _: row["id"] == me.keyset and row["revoked"] is not None,
    "notice": _anything,
    "cause": _anything,
    "obligation": _anything,
    "stale": _anything,
    "blob": _anything,  # which entry names which sealed words, and whom they are about
    "about": _anything,
    "anchor": _anything,
    "unkeyed": _anything,  # which descriptions were sealed by somebody without the register's key
    "batch": lambda row, me, _: row["author"] == me.keyset,  # commit keys without a version open nothing
    "batch_seal": _anything,
}
# What a holder may do besides, and with the account that they hold alone: deposit what they changed there.
HOLDERS: Mapping[str, Right] = {
    **RIGHTS,
    "version": _my_account,
    "part": _my_account,
    "recipient": _my_account,
    "rotation": _my_account,
    "account_use": _my_account,
    "door": _anything,
}


class Watched:
    """A `Register` that lets everything through and keeps what was written."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.written: list[tuple[str, Row]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.state, name)

    def put(self, table: str, /, **row: Any) -> None:
        self.put_all(table, [row])

    def put_all(self, table: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        self.written += [(table, dict(row)) for row in rows]
        self.state.put_all(table, rows)

    def change(self, table: str, key: Mapping[str, Any], /, **values: Any) -> None:
        for before in self.state.find(table, **key):
            after = {**before, **values}
            # Whose it was counts as well as whose it is: nobody makes a row theirs in order to change it.
            self.written += [(table, after), (table, {**after, **_whose(before)})]
        self.state.change(table, key, **values)

    def wrongs(self, me: Me, rights: Mapping[str, Right]) -> list[tuple[str, Row]]:
        """What was written that was not theirs to write."""
        return [(t, row) for t, row in self.written if t not in rights or not rights[t](row, me, self.state)]


def _whose(row: Row) -> Mapping[str, Any]:
    return {name: row[name] for name in ("person", "account", "by", "requester", "author") if name in row}
