"""One account on one sheet: everything that the register knows of it, and no secret."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vault.errors import NotFound, UsageProblem
from vault.ops.own import held
from vault.ops.worklist import lacking, need_register, policy_name, shown_force, today

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.register import State

_TOLD = ("name", "key", "force", "former")  # shown in fields of their own, or not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The fields of `account show`, in its order."""

    id: str
    name: str
    former_names: tuple[str, ...]
    same_handle: tuple[str, ...]
    platform: str
    state: str
    owner_kind: str
    type: str
    force: str
    policy: str
    team: str
    created_on: str
    request: str
    posts: tuple[str, ...]
    holders: tuple[str, ...]
    channels: tuple[str, ...]
    signed_in_on: tuple[str, ...]
    stored: tuple[str, ...]
    owed: tuple[str, ...]
    lacking: tuple[str, ...]
    details: Mapping[str, Any]


def account_sheet(vault: Vault, state: State, account: str) -> Sheet:
    """The sheet of one account, as ``state`` has it."""
    if not vault.names.reads_details() and account not in held(vault, state):
        need_register(vault)
    row = state.get("account", id=account)
    if row is None:
        raise NotFound(
            "the account was not in the register then", hint="look back to a later day: --as-of DATE"
        )
    details = vault.names.many("account", [account], state=state).get(account, {})
    show, force = _Shower(vault, state), shown_force(row["force"], details)
    return Sheet(
        id=account,
        name=details.get("name", account),
        former_names=tuple(details.get("former", ())),
        same_handle=_same_handle(vault, account, details),
        platform=row["platform"],
        state=row["state"],
        owner_kind=row["owner_kind"],
        type=row["type"] or "",
        force=force,
        policy=policy_name(vault.cover, row["force"], force),
        team=show.name("team", row["team"]) or details.get("owner", ""),
        created_on=row["created_on"] or "",
        request=row["request"] or "",
        posts=show.posts({account, row["team"]} - {None}),
        holders=show.holders(account),
        channels=show.channels(account),
        signed_in_on=show.devices(account),
        stored=_stored(state, account),
        owed=_owed(state, account),
        lacking=lacking(state, vault.cover, today=today(vault))(account, row["team"], row["state"]),
        details={key: value for key, value in details.items() if key not in _TOLD},
    )


def _same_handle(vault: Vault, account: str, details: Mapping[str, Any]) -> tuple[str, ...]:
    """Other accounts that have or had the handle: all but one are closed."""
    with suppress(UsageProblem):  # a name that is no handle is nobody else's
        return tuple(sorted(vault.names.called("account", str(details.get("name", ""))) - {account}))
    return ()


class _Shower:
    """Rows about the account, in words with names."""

    def __init__(self, vault: Vault, state: State) -> None:
        self._vault, self._state = vault, state

    def name(self, kind: str, id_: str | None) -> str:
        if id_ is None:
            return ""
        details = self._vault.names.many(kind, [id_], state=self._state).get(id_, {})
        return str(details.get("nickname" if kind == "device" else "name", id_))

    def posts(self, scopes: set[str]) -> tuple[str, ...]:
        rows = [row for scope in sorted(scopes) for row in self._state.find("post", scope=scope, until=None)]
        return tuple(f"{row['post'].replace('_', ' ')}: {self.name('person', row['person'])}" for row in rows)

    def holders(self, account: str) -> tuple[str, ...]:
        rows = self._state.find("grant_", account=account, revoked=None)
        return tuple(f"{self.name('person', r['person'])} ({r['kind'].replace('_', ' ')})" for r in rows)

    def channels(self, account: str) -> tuple[str, ...]:
        rows = self._state.find("factor", account=account, until_seq=None)
        return tuple(map(self._channel, rows))

    def _channel(self, row: Mapping[str, Any]) -> str:
        where = self.name("device", row["device"]) or self.name("person", row["person"])
        kind = f"{row['channel']}: {row['kind']}".replace("_", " ")
        return f"{kind} on {where}" if where else f"{kind}, nobody knows where"

    def devices(self, account: str) -> tuple[str, ...]:
        rows = self._state.find("device_account", account=account, until_seq=None)
        return tuple(self.name("device", row["device"]) for row in rows)


def _stored(state: State, account: str) -> tuple[str, ...]:
    """Which components the vault has, and since when each is what it is."""
    current = state.find("version", account=account, state="current")
    return tuple(
        f"{part['part'].replace('_', ' ')} since {_since(state, account, part['origin'])}"
        + (", which the platform has no more" if part["gone"] is not None else "")
        for version in current
        for part in state.find("part", account=account, number=version["number"])
    )


def _since(state: State, account: str, number: int) -> str:
    row = state.get("version", account=account, number=number)
    return str(row["occurred_at"])[:10] if row else "?"


def _owed(state: State, account: str) -> tuple[str, ...]:
    rows = state.find("obligation", account=account, discharged=None)
    return tuple(
        dict.fromkeys(f"{row['part'].replace('_', ' ')} (since entry {row['cause']})" for row in rows)
    )
