"""Find things by the names that people use, without a name in clear in any database.

Names live in sealed details. This client keeps keyed tags, HMAC-SHA256(key of the own keyset, kind and normalised
name), so that a look-up costs the same in a large register as in a small one; what is new since the last unlock is
opened once and tagged. Only a failed look-up reads everything, to suggest what was meant.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from vault.crypto.pae import pae
from vault.domain import keys
from vault.errors import NotFound, UsageProblem
from vault.ops.keyring import EPOCH_ID, Unreadable

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.register import State

LABEL = b"keyholder/v1/lookup"
AS_TYPED = "account as typed"  # tags of accounts' keys that are their own normal form
Details = dict[str, Any]
SHOWN = {
    "account": "name",
    "person": "name",
    "device": "nickname",
    "team": "name",
    "request": "name",
    "claim": "text",
    "note": "text",
}
FEW = 50  # so many are looked up one by one, rather than by reading the whole table
ERASED = "erased"  # shown where a name or words stood; no name to be found by
_GONE: Details = {}
UNIQUE = ("collar", "email")  # of a person: one person's alone


def fold_name(name: str) -> str:
    """How names are compared: without case, and with single spaces."""
    return " ".join(name.split()).casefold()


def names_of(kind: str, details: Mapping[str, Any]) -> set[str]:
    """Every name that somebody may type for this thing."""
    fields = {
        "account": ("key",),
        "person": ("collar", "email", "name"),
        "device": ("nickname",),
        "team": ("name",),
    }
    # A field may also be a list of texts: whoever wrote it so has not named the thing.
    found = {name for field in fields.get(kind, ()) if isinstance(name := details.get(field), str) and name}
    return found if kind == "account" else {fold_name(name) for name in found}


def title(kind: str, details: Mapping[str, Any]) -> str:
    """The name by which a thing is shown."""
    return str(details.get(SHOWN[kind], ""))


def described(kind: str, details: Mapping[str, Any]) -> list[str]:
    """What tells namesakes apart: the name, and for a person collar number and address."""
    words = [title(kind, details), *(str(details.get(field, "")) for field in UNIQUE)]
    return [word for word in words if word]


def _readable(kind: str, opened: Mapping[str, Details | None]) -> dict[str, Details]:
    """What can be shown: what was erased says so."""
    return {
        id_: {SHOWN[kind]: ERASED} if details is _GONE else details
        for id_, details in opened.items()
        if details is not None
    }


class Names:
    """Look-ups in one open, unlocked vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._key = vault.keyring.keyset.derive(LABEL)

    def _tag(self, kind: str, name: str) -> bytes:
        return hmac.digest(self._key, pae(kind.encode(), name.encode()), "sha256")

    def refresh(self) -> None:
        """Tag what is new or changed since the last time."""
        vault = self._vault
        waiting = vault.state.find("stale")
        if not waiting or not self.reads_details():
            return
        if vault.state.in_transaction:  # a unit of work that has just caught up
            self.tag(waiting)
            return
        with vault.state.transaction():
            self.tag(waiting)

    def tag(self, waiting: Iterable[Mapping[str, Any]]) -> None:
        """Tag these; the caller is in a transaction of the projection."""
        state = self._vault.state
        by_kind: dict[str, list[str]] = {}
        for row in waiting:
            by_kind.setdefault(row["kind"], []).append(row["id"])
        for kind, ids in by_kind.items():
            for id_, details in self._opened(kind, ids, state).items():
                state.drop("lookup", kind=kind, id=id_)
                state.put_all(
                    "lookup",
                    [{"tag": tag, "kind": kind, "id": id_} for tag in self._tags(kind, details or {})],
                )
                state.drop("stale", kind=kind, id=id_)

    def _tags(self, kind: str, details: Details) -> set[bytes]:
        return {
            self._tag(AS_TYPED if kind == "account" and self._is_normal(name) else kind, name)
            for name in names_of(kind, details)
        }

    def _is_normal(self, key: str) -> bool:
        """Whether the key means itself: it is its author's word, and must not hide the account that it means."""
        try:
            return self.normal("account", key) == key
        except UsageProblem:
            return False

    def reads_details(self) -> bool:
        """True if this member's keys open the register."""
        return self._vault.keyring.is_in(self._vault.now.state, keys.REGISTER)

    def many(
        self, kind: str, ids: Iterable[str] | None = None, *, state: State | None = None
    ) -> dict[str, Details]:
        """Id → details of what can be read. All of that kind, where ids is None. ``state``: as of then."""
        return _readable(kind, self._opened(kind, ids, state or self._vault.state))

    def _opened(self, kind: str, ids: Iterable[str] | None, state: State) -> dict[str, Details | None]:
        """Id → details of those whose blob is there; None for what is unreadable, `_GONE` for what was erased."""
        if not self.reads_details():
            from vault.ops import own

            return own.opened(self._vault, kind, ids, state)
        wanted = None if ids is None else set(ids)
        if wanted is not None and len(wanted) < FEW:
            rows = [row for id_ in wanted for row in state.find(kind, id=id_)]
        else:
            rows = [row for row in state.find(kind) if wanted is None or row["id"] in wanted]
        return self._read(kind, {row["id"]: row["details"] for row in rows})

    def of_blobs(self, kind: str, named: Mapping[str, str | None]) -> dict[str, Details]:
        """The same where the register was read already: id → the name of the blob that it has of each."""
        if not self.reads_details():
            return self.many(kind, named)
        return _readable(kind, self._read(kind, named))

    def _read(self, kind: str, named: Mapping[str, str | None]) -> dict[str, Details | None]:
        names = set(filter(None, named.values()))
        erased = self._erased(names)
        blobs = self._vault.shared.blobs(sorted(names - erased))
        found = self._open(kind, ((id_, blobs[name]) for id_, name in named.items() if name in blobs))
        return {**found, **{id_: _GONE for id_, name in named.items() if name in erased}} if erased else found

    def _erased(self, names: set[str]) -> set[str]:
        """Those of these sealed values that were erased. A few are looked up: of all, there may be very many."""
        state = self._vault.now.state
        if len(names) < FEW:
            return {name for name in names if state.get("erased", hash=name)}
        return names & {row["hash"] for row in state.find("erased")}

    def _open(self, kind: str, blobs: Iterable[tuple[str, bytes]]) -> dict[str, Details | None]:
        """None for what its author did not write as a description: one member must not blind all the others."""
        open_details, state = self._vault.keyring.open_details, self._vault.now.state
        found: dict[str, Details | None] = {}
        for id_, blob in blobs:
            try:
                found[id_] = open_details(state, blob, kind=kind, subject=id_)
            except Unreadable:
                found[id_] = None
        return found

    def lost(self, epochs: Iterable[str]) -> list[str]:
        """Ids of what is described under these epochs of the register and does not open for this member."""
        marks, gone = {epoch.encode() for epoch in epochs}, []
        erased = {row["hash"] for row in self._vault.state.find("erased")}
        for kind in (*SHOWN, "record"):
            named = {row["id"]: row["details"] for row in self._vault.state.find(kind) if row["details"]}
            blobs = self._vault.shared.blobs(sorted(set(named.values()) - erased))
            there = ((id_, blobs.get(name, b"")) for id_, name in named.items())
            opened = self._open(kind, ((id_, blob) for id_, blob in there if blob[:EPOCH_ID] in marks))
            gone += [id_ for id_, details in opened.items() if details is None]
        return sorted(gone)

    def details(self, kind: str, id_: str) -> Details:
        """The details of one thing; empty where they are missing, and "erased" where they were erased."""
        return self.many(kind, [id_]).get(id_, {})

    def shown(self, kind: str, id_: str) -> str:
        """The name by which it is shown; its id where it has none that these keys can read."""
        return title(kind, self.details(kind, id_)) or id_

    def find(self, kind: str, given: str) -> str:
        """The id of what was typed: a name, or a unique prefix of an id."""
        if (found := self.search(kind, given)) is None:
            raise NotFound(f"no {kind} is called {given}", hint=self._hint(kind, given))
        return found

    def search(self, kind: str, given: str) -> str | None:
        """The id, or None; ambiguous is an error that lists the candidates."""
        state = self._vault.state
        prefix = {"account": "acc-", "person": "per-", "device": "dev-", "team": "tem-", "request": "req-"}[
            kind
        ]
        rows: set[str] = set()
        # Ids first: a name is whatever somebody chose, also another thing's id.
        if given.startswith(prefix) and len(given) > len(prefix):
            rows = {row["id"] for row in state.find(kind) if row["id"].startswith(given)}
        if not rows:
            rows = self.called(kind, given)
        if len(rows) > 1 and kind == "person":
            rows = self._here(self._by_number(rows, fold_name(given)))
        if len(rows) > 1 and kind == "account":
            rows = self._in_use(rows)
        if len(rows) > 1:
            found = sorted(self.many(kind, rows).items())
            shown = "; ".join(
                " ".join([id_, *described(kind, details), *self._whose(kind, id_)]) for id_, details in found
            )
            raise UsageProblem(
                f"more than one {kind} is called {given}", hint=f"use one of these ids: {shown}"
            )
        return next(iter(rows), None) or self._called_so_today(kind, given)

    def called(self, kind: str, given: str) -> set[str]:
        """Every id of that name, closed accounts too."""
        rows = self._called(kind, given)
        if rows or self.reads_details():
            return rows
        folded = self.normal(kind, given)
        return {id_ for id_, details in self.many(kind).items() if folded in names_of(kind, details)}

    def _in_use(self, rows: set[str]) -> set[str]:
        """A handle that is used again means today's account; one that was closed is found by its id."""
        found = {id_: self._vault.state.get("account", id=id_) or {} for id_ in rows}
        return {id_ for id_, row in found.items() if row.get("state") != "closed"} or rows

    def _whose(self, kind: str, id_: str) -> list[str]:
        """Two devices of one name are told apart by their owners, two closed accounts by the day of closing."""
        row = self._vault.state.get(kind, id=id_) or {}
        if kind == "account":
            return [f"closed {row['closed_at'][:10]}"] if row.get("closed_at") else []
        owner = row.get("person") if kind == "device" else None
        names = described("person", self.many("person", {owner}).get(owner, {})) if owner else []
        return [f"of {' '.join(names) or owner}"] if owner else []

    def _called_so_today(self, kind: str, given: str) -> str | None:
        """Whoever looks back may type today's name of something that was there."""
        if self._vault.now is self._vault:
            return None
        found = self._vault.now.names.search(kind, given)
        return found if found and self._vault.state.get(kind, id=found) else None

    def _called(self, kind: str, given: str) -> set[str]:
        """Ids by name. A key that was typed as it is compared is found without the platform table, which takes a
        tenth of a command's time to load; only keys that mean themselves are found so, so the answer is the same."""
        if kind == "account" and given.isascii() and (rows := self._tagged(kind, AS_TYPED, given.casefold())):
            return rows
        name = self.normal(kind, given)
        return self._tagged(kind, kind, name) | (
            self._tagged(kind, AS_TYPED, name) if kind == "account" else set()
        )

    def _tagged(self, kind: str, label: str, name: str) -> set[str]:
        found = self._vault.state.find("lookup", kind=kind, tag=self._tag(label, name))
        return {row["id"] for row in found}

    def _by_number(self, rows: set[str], folded: str) -> set[str]:
        """Whose collar number or address it is, before somebody who is merely called so."""
        found = self.many("person", rows)
        own = {id_ for id_, d in found.items() for f in UNIQUE if fold_name(str(d.get(f, ""))) == folded}
        return own or rows

    def _here(self, rows: set[str]) -> set[str]:
        """Somebody who is here before those who have left: a number passes on, and some come back."""
        state = self._vault.state
        return {id_ for id_ in rows if (state.get("person", id=id_) or {}).get("state") != "left"} or rows

    def normal(self, kind: str, given: str) -> str:
        """The form of a typed name that is tagged."""
        if kind != "account" or given.startswith("acc-"):
            return fold_name(given)
        from vault.ops.platforms import account_key

        try:
            return account_key(given)
        except UsageProblem as problem:
            if meant := self._handles(given):
                problem.hint = f"did you mean {' or '.join(meant)}?"
            raise

    def _handles(self, given: str) -> list[str]:
        """The accounts of that handle, on whatever platform: what somebody means who leaves the platform out."""
        wanted = given.strip().removeprefix("@").casefold()
        names = [title("account", details) for details in self.many("account").values()]
        return sorted(name for name in names if name.partition("/")[2].casefold() == wanted)

    def _hint(self, kind: str, given: str) -> str:
        if not self.reads_details():
            if kind == "device":
                return "its id: keyholder device list; a lost one: keyholder claim file device-lost --describe WHICH"
            return "your keys do not open the register; use the id, or ask a custodian"
        known = {name: title(kind, d) for d in self.many(kind).values() for name in names_of(kind, d)}
        import difflib  # only a failed look-up pays for it

        close = difflib.get_close_matches(self.normal(kind, given), known, n=3, cutoff=0.6)
        listed = {
            "person": "keyholder person list",
            "account": "keyholder account list",
            "device": "keyholder device list",
            "team": "keyholder team list",
        }
        # A number or an address is repeated as it is compared; a name as it is written.
        meant = close if kind == "person" else [known[name] for name in close]
        near = f"did you mean {' or '.join(meant)}? " if meant else ""
        return f"{near}see: {listed.get(kind, 'keyholder account list')}"
