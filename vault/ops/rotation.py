"""Rotate: prepare, say what the platform answered, verify, shut the doors.

    prepare = generate, seal, commit, read back through a new connection, open, compare

Only after that may anybody type the new password into a platform. A crash at any point leaves the current version
and the candidate, both sealed and readable: whichever the platform has is among them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vault.domain import exposure, release, rotation, secrets
from vault.domain.calendar import london_day_of
from vault.domain.events import Row
from vault.domain.ids import Prefix
from vault.errors import Busy, NotFound, Refused, UsageProblem
from vault.ops import sealing
from vault.ops.bodies import card, merge
from vault.ops.names import title
from vault.ops.passwords import new_password
from vault.ops.platforms import platforms
from vault.ops.session import moment

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx

NOT_READY = "the rotation is {}: say first what the platform answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A rotation that is ready to be applied. ``number`` is the version to type in; 0 where the platform makes it."""

    rotation: str
    account: str
    name: str
    number: int
    lease_until: str
    replaces: tuple[str, ...]
    doors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a rotation stands after a step."""

    rotation: str
    account: str
    number: int
    state: str
    doors_left: tuple[str, ...]
    owed: tuple[str, ...]


# --- preparing --------------------------------------------------------------------------------------------------


def start(
    vault: Vault, accounts: Sequence[str], *, parts: Sequence[str] = (), because: str | None = None
) -> list[Prepared]:
    """Prepare rotations of these accounts in one unit of work; what is owed is replaced unless ``parts`` says else."""
    names = vault.names
    details = names.many("account", accounts) if names.reads_details() else {}
    made: list[Prepared] = []
    expected: dict[tuple[str, int], sealing.Body] = {}
    with vault.change() as tx:
        release.may_rotate(vault.profile, roles=vault.roles()).check()
        tx.commit_keys(sealing.recipients(tx, list(accounts)))
        until = lease_until(tx)
        for account in accounts:
            _check_free(tx, account)
            one, body = _prepare(tx, account, parts, details.get(account, {}), until=until, because=because)
            made.append(one)
            if body is not None:
                expected[account, one.number] = body
    # A crash here leaves open rotations in `prepared`, sealed and on the record; `rotation show` says what to do.
    sealing.read_back_all(vault, expected)
    return made


def owed_accounts(vault: Vault) -> list[str]:
    """Accounts that owe a change now and have no rotation under way: not those that were put off."""
    today = london_day_of(moment(vault.clock()))
    rows = vault.state.find("obligation", discharged=None)
    owed = {row["account"] for row in rows if (row["deferred_until"] or "") < today}
    busy = {row["account"] for row in vault.state.find("rotation", ended=None) if row["state"] != "verified"}
    return sorted(owed - busy)


def _check_free(tx: Tx, account: str) -> None:
    """One open rotation at a time. One that only waits for its doors gives way: its password is known."""
    if (tx.state.get("account", id=account) or {}).get("state") == "closed":
        raise UsageProblem(
            "the account is closed: there is nothing to change on the platform",
            hint="what the register knows of it: keyholder account show ACCOUNT",
        )
    row = rotation.open_rotation(tx.state, account)
    if row is None or row["state"] == "verified":
        return
    if row["owner"] == tx.vault.person:
        raise UsageProblem(
            f"you are rotating this account already: it is {row['state']}",
            hint=f"keyholder rotation show {row['id']}",
        )
    raise _taken(tx, row)


def _prepare(
    tx: Tx, account: str, parts: Sequence[str], details: Mapping[str, Any], *, until: str, because: str | None
) -> tuple[Prepared, sealing.Body | None]:
    row = tx.state.get("account", id=account)
    if row is None:
        raise NotFound("no account has that id")
    replaces = tuple(parts) or _owed(tx, account) or (exposure.PASSWORD,)
    number, body = _candidate(tx, row, replaces, details)
    id_, doors = tx.new(Prefix.ROTATION), doors_of(row["platform"], replaces)
    tx.emit(
        "rotation.started",
        account,
        rotation=id_,
        number=number,
        owner=tx.vault.person,
        lease_until=until,
        doors=doors,
        because=because,
    )
    made = Prepared(
        rotation=id_,
        account=account,
        name=title("account", details),
        number=number if body is not None else 0,
        lease_until=until,
        replaces=replaces,
        doors=tuple(doors),
    )
    return made, body


def _candidate(
    tx: Tx, row: Row, replaces: Sequence[str], details: Mapping[str, Any]
) -> tuple[int, sealing.Body | None]:
    """The version that is to be applied: a new one with a fresh password, or the current one where that stays."""
    account, before = row["id"], secrets.current(tx.state, row["id"])
    if exposure.PASSWORD in replaces:
        fresh = {exposure.PASSWORD: new_password(tx, row["platform"])}
        body, states = merge(tx.vault, before, fresh, made=card(row["platform"], details))
        previous = before["number"] if before else None
        number = sealing.write_version(
            tx, account=account, body=body, parts=states, why="rotation", previous=previous
        )
        return number, body
    if before is None:
        raise NotFound("nothing is stored for this account yet", hint="keyholder secret set ACCOUNT")
    return before["number"], None


def _owed(tx: Tx, account: str) -> tuple[str, ...]:
    owed = {row["part"] for row in tx.state.find("obligation", account=account, discharged=None)}
    return tuple(part for part in exposure.PARTS if part in owed)


def doors_of(platform: str, replaces: Iterable[str]) -> list[str]:
    """The platform's doors; those of a component only where that component is replaced."""
    known, wanted = platforms().by_code.get(platform), set(replaces)
    there = {str(door) for door in known.doors} if known else set(rotation.DOORS)
    return [d for d in rotation.DOORS if d in there and (d not in exposure.PARTS or d in wanted)]


def lease_until(tx: Tx) -> str:
    """Until when a rotation that starts now is one person's."""
    return moment(tx.now + dt.timedelta(minutes=tx.vault.profile.local_value("lease_minutes")))


# --- what the platform answered ---------------------------------------------------------------------------------


def find(vault: Vault, given: str) -> Row:
    """A rotation by its id, or the open one of an account, else its last one."""
    if given.startswith("rot-"):
        rows = [row for row in vault.state.find("rotation") if row["id"].startswith(given)]
        if len(rows) > 1:
            raise UsageProblem(f"more than one rotation begins with {given}", hint="give more of its id")
    else:
        rows = vault.state.find("rotation", account=vault.names.find("account", given))
    if not rows:
        raise NotFound("there is no such rotation", hint="begin one: keyholder rotation start ACCOUNT")
    return max(rows, key=lambda row: (row["ended"] is None, row["started"]))


def applied(
    vault: Vault, *, account: str, new: Mapping[str, Any] | None = None, on: str | None = None
) -> Progress:
    """The platform took it. ``new`` is what the platform made itself: TOTP seed, backup codes."""
    with vault.change() as tx:
        row = _own(tx, account)
        if new:
            extend(tx, row, new)
        if row["state"] != "verified":
            tx.emit("rotation.applied", row["id"], occurred_at=tx.at(on) if on else None)
        elif not new:
            raise UsageProblem(
                "the new password is verified already", hint="shut the doors: keyholder rotation verify"
            )
        return _progress(tx, row["id"])


def extend(tx: Tx, row: Row, new: Mapping[str, Any]) -> int:
    """A further version with what the platform made, keeping the candidate's other components."""
    account = row["account"]
    before = tx.state.get("version", account=account, number=row["number"])
    body, states = merge(tx.vault, before, new, made={})
    number = sealing.write_version(
        tx, account=account, body=body, parts=states, why="rotation", previous=row["number"]
    )
    tx.emit("rotation.extended", row["id"], number=number)
    return number


def failed(vault: Vault, *, account: str, unknown: bool, on: str | None = None) -> Progress:
    """The platform refused it, or nobody knows: then both versions are shown until one is verified."""
    with vault.change() as tx:
        row = _own(tx, account)
        tx.emit(
            "rotation.unknown" if unknown else "rotation.rejected",
            row["id"],
            occurred_at=tx.at(on),
        )
        return _progress(tx, row["id"])


def verify(
    vault: Vault, *, account: str, done: Sequence[str] = (), absent: Sequence[str] = (), on: str | None = None
) -> Progress:
    """Somebody signed in with the new one; doors that were seen to, or that the platform does not have."""
    if both := sorted({*done} & {*absent}):
        raise UsageProblem(
            f"{', '.join(both)}: either it was seen to, or there is none",
            hint="give --done or --absent, not both",
        )
    with vault.change() as tx:
        row = _own(tx, account)
        if row["state"] == "prepared":
            raise UsageProblem(NOT_READY.format(row["state"]), hint="keyholder rotation applied ACCOUNT")
        if row["state"] != "verified":
            tx.emit("rotation.verified", row["id"], occurred_at=tx.at(on) if on else None)
        doors = {**dict.fromkeys(done, rotation.DONE), **dict.fromkeys(absent, rotation.ABSENT)}
        if doors:
            tx.emit("rotation.ticked", row["id"], doors=doors)
        return _progress(tx, row["id"])


def take_over(vault: Vault, *, account: str) -> Progress:
    """Go on with somebody else's rotation once their lease is over, or renew one's own."""
    with vault.change() as tx:
        row = _under_way(tx, account)
        if row["owner"] != vault.person and row["lease_until"] > tx.time:
            raise _taken(tx, row)
        tx.emit("rotation.taken_over", row["id"], owner=vault.person, lease_until=lease_until(tx))
        return _progress(tx, row["id"])


def abandon(vault: Vault, *, account: str) -> Progress:
    """Give a prepared rotation up; nothing was typed into the platform."""
    with vault.change() as tx:
        row = _own(tx, account)
        tx.emit("rotation.abandoned", row["id"])
        return _progress(tx, row["id"])


def _under_way(tx: Tx, account: str) -> Row:
    row = rotation.open_rotation(tx.state, account)
    if row is None:
        raise NotFound("no rotation of this account is under way", hint="keyholder rotation start ACCOUNT")
    return row


def _own(tx: Tx, account: str) -> Row:
    row = _under_way(tx, account)
    if row["owner"] != tx.vault.person:
        raise _taken(tx, row)
    return row


def _taken(tx: Tx, row: Row) -> Busy | Refused:
    """Somebody else's: try again later, or take it over when their time is over."""
    if row["lease_until"] > tx.time:
        return Busy(
            f"somebody else is rotating this account: it is {row['state']}",
            hint=f"it can be taken over after {row['lease_until']}: keyholder rotation take-over ACCOUNT",
        )
    return Refused(
        f"somebody else began to rotate this account: it is {row['state']}",
        hint="their time is over: keyholder rotation take-over ACCOUNT",
    )


def _progress(tx: Tx, rotation_id: str) -> Progress:
    row = tx.state.get("rotation", id=rotation_id)
    if row is None:
        raise NotFound("no rotation has that id")
    ended = row["ended"] is not None
    return Progress(
        rotation=rotation_id,
        account=row["account"],
        number=row["number"],
        state=row["state"],
        doors_left=() if ended else tuple(rotation.doors_left(tx.state, rotation_id)),
        owed=_owed(tx, row["account"]),
    )
