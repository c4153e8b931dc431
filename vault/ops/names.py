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

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.register import State

LABEL = b"keyholder/v1/lookup"
Details = dict[str, Any]


def fold_name(name: str) -> str:
    """How names are compared: without case, and with single spaces."""
    return " ".join(name.split()).casefold()


def names_of(kind: str, details: Mapping[str, Any]) -> set[str]:
    """Every name that somebody may type for this thing."""
    if kind == "account":
        return {details["key"]}
    fields = {"person": ("collar", "email", "name"), "device": ("nickname",), "team": ("name",)}.get(kind, ())
    return {fold_name(details[field]) for field in fields if details.get(field)}


def title(kind: str, details: Mapping[str, Any]) -> str:
    """The name by which a thing is shown."""
    shown = {"account": "name", "person": "name", "device": "nickname", "team": "name", "request": "name"}
    return str(details.get(shown[kind], ""))


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
            for id_, details in self.many(kind, ids).items():
                state.drop("lookup", kind=kind, id=id_)
                state.put_all(
                    "lookup",
                    [
                        {"tag": self._tag(kind, name), "kind": kind, "id": id_}
                        for name in names_of(kind, details)
                    ],
                )
                state.drop("stale", kind=kind, id=id_)

    def reads_details(self) -> bool:
        """True if this member's keys open the register."""
        return self._vault.keyring.is_in(self._vault.state, keys.REGISTER)

    def many(
        self, kind: str, ids: Iterable[str] | None = None, *, state: State | None = None
    ) -> dict[str, Details]:
        """Id → details; erased ones come with none. All of that kind, where ids is None. ``state``: as of then."""
        state, ring = state or self._vault.state, self._vault.keyring
        wanted = None if ids is None else set(ids)
        if wanted is not None and len(wanted) < 50:
            rows = [row for id_ in wanted for row in state.find(kind, id=id_)]
        else:
            rows = [row for row in state.find(kind) if wanted is None or row["id"] in wanted]
        named = {row["id"]: row["details"] for row in rows if row["details"]}
        blobs = self._vault.shared.blobs(sorted(set(named.values())))
        return {
            id_: ring.open_details(self._vault.state, blobs[name], kind=kind, subject=id_)
            for id_, name in named.items()
            if name in blobs
        }

    def details(self, kind: str, id_: str) -> Details:
        """The details of one thing; empty where they were erased."""
        return self.many(kind, [id_]).get(id_, {})

    def find(self, kind: str, given: str) -> str:
        """The id of what was typed: a name, or a unique prefix of an id."""
        if (found := self.search(kind, given)) is None:
            raise NotFound(f"no {kind} is called {given}", hint=self._hint(kind, given))
        return found

    def search(self, kind: str, given: str) -> str | None:
        """The id, or None; ambiguous is an error that lists the candidates."""
        state = self._vault.state
        folded = self.normal(kind, given)
        rows = {row["id"] for row in state.find("lookup", kind=kind, tag=self._tag(kind, folded))}
        prefix = {"account": "acc-", "person": "per-", "device": "dev-", "team": "tem-", "request": "req-"}[
            kind
        ]
        if not rows and given.startswith(prefix) and len(given) > len(prefix):
            rows = {row["id"] for row in state.find(kind) if row["id"].startswith(given)}
        if len(rows) > 1:
            shown = "; ".join(f"{id_} {title(kind, d)}" for id_, d in sorted(self.many(kind, rows).items()))
            raise UsageProblem(
                f"more than one {kind} is called {given}", hint=f"use one of these ids: {shown}"
            )
        return next(iter(rows), None)

    def normal(self, kind: str, given: str) -> str:
        """The form of a typed name that is tagged."""
        if kind != "account" or given.startswith("acc-"):
            return fold_name(given)
        from vault.ops.platforms import account_key

        return account_key(given)

    def _hint(self, kind: str, given: str) -> str:
        if not self.reads_details():
            return "your keys do not open the register; use the id, or ask a custodian"
        known = {name: title(kind, d) for d in self.many(kind).values() for name in names_of(kind, d)}
        import difflib  # only a failed look-up pays for it

        close = difflib.get_close_matches(self.normal(kind, given), known, n=3, cutoff=0.6)
        listed = {
            "person": "person list",
            "account": "account list",
            "device": "device list",
            "team": "team list",
        }
        near = f"did you mean {' or '.join(close)}? " if close else ""
        return f"{near}see: keyholder {listed.get(kind, 'account list')}"
