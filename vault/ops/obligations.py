"""What must be changed and why: read from the projection, in words, the most urgent first.

Order: class (1 lost or compromised, 2 seen, 3 could open), what was put off after what was not, then the older cause.
Nothing here writes but `defer`, which puts a class 3 off to a date and leaves it listed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import rotation
from vault.domain.decisions import Denied
from vault.domain.events import Row
from vault.errors import NotFound
from vault.ops.names import title

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx

GRADES = {1: "lost or compromised", 2: "seen", 3: "could open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An open rotation, as the list shows it."""

    rotation: str
    state: str
    owner: str
    lease_until: str
    doors_left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A component that must be changed, with its causes; ``grade`` 0 and no part for work that nothing asks for."""

    account: str
    name: str
    part: str
    grade: int
    because: tuple[str, ...]
    entry: int | None
    since: str
    deferred_until: str | None
    discharged: int | None
    work: Work | None


class Words:
    """Names for ids, read once for a whole list."""

    def __init__(self, vault: Vault) -> None:
        names = vault.names
        reads = names.reads_details()
        self._known = {
            kind: {id_: title(kind, found) for id_, found in names.many(kind).items()} if reads else {}
            for kind in ("account", "person", "device", "team")
        }

    def name(self, kind: str, id_: str | None) -> str:
        """The name, or the id where it cannot be read."""
        return self._known[kind].get(id_ or "") or id_ or ""

    def cause(self, row: Row) -> str:
        """A cause as people say it."""
        person, team = self.name("person", row["person"]), self.name("team", row["team"])
        return {
            "person_left": f"{person} left",
            "device_lost": f"{self.name('device', row['device'])} was lost",
            "team_joined": f"{person} joined {team}",
            "team_left": f"{person} left the team {team}",
            "grant_revoked": f"{person} no longer holds it",
            "custody_ended": f"{person} is no longer a custodian",
            "compromised": "it was compromised",
            "epoch_skipped": "a custody epoch was left out",
        }.get(row["kind"], f"{row['kind'].replace('_', ' ')} {person or team}".strip())


def owed(
    vault: Vault, *, account: str | None = None, mine: bool = False, everything: bool = False
) -> list[Owed]:
    """One row for each component that is owed, then open rotations that nothing asks for.

    ``mine`` keeps what this member is rotating; ``everything`` adds what was discharged.
    """
    words, state = Words(vault), vault.state
    where = {"account": account} if account else {}
    found = state.find("obligation", **where, **({} if everything else {"discharged": None}))
    work = {row["account"]: _work(vault, words, row) for row in state.find("rotation", **where, ended=None)}
    grouped: dict[tuple[str, str, bool], list[Row]] = defaultdict(list)
    for row in found:
        grouped[row["account"], row["part"], row["discharged"] is not None].append(row)
    rows = [_owed(vault, words, group, work.get(key[0])) for key, group in grouped.items()]
    listed = {row.account for row in rows if row.discharged is None}
    rows += [_unasked(words, account_, one) for account_, one in work.items() if account_ not in listed]
    if mine:
        own = {row["account"] for row in state.find("rotation", owner=vault.person, ended=None)}
        rows = [row for row in rows if row.account in own]
    return sorted(rows, key=_urgency)


def _urgency(row: Owed) -> tuple[bool, int, bool, int, str]:
    return (
        row.discharged is not None,
        row.grade or 9,
        row.deferred_until is not None,
        row.entry or 0,
        row.name,
    )


def _owed(vault: Vault, words: Words, group: list[Row], work: Work | None) -> Owed:
    lead = min(group, key=lambda row: (row["class"], row["deferred_until"] is not None, row["cause"]))
    causes = {n: vault.state.get("cause", seq=n) for n in sorted({row["cause"] for row in group})}
    told = {n: f"{words.cause(row)} (entry {n})" for n, row in causes.items() if row is not None}
    because = (told.pop(lead["cause"], ""), *told.values())
    cause = causes[lead["cause"]]
    return Owed(
        account=lead["account"],
        name=words.name("account", lead["account"]),
        part=lead["part"],
        grade=lead["class"],
        because=because,
        entry=lead["cause"],
        since=cause["occurred_at"] if cause else "",
        deferred_until=lead["deferred_until"],
        discharged=lead["discharged"],
        work=work if lead["discharged"] is None else None,
    )


def _unasked(words: Words, account: str, work: Work) -> Owed:
    return Owed(
        account=account,
        name=words.name("account", account),
        part="",
        grade=0,
        because=(),
        entry=None,
        since="",
        deferred_until=None,
        discharged=None,
        work=work,
    )


def _work(vault: Vault, words: Words, row: Row) -> Work:
    return Work(
        rotation=row["id"],
        state=row["state"],
        owner=words.name("person", row["owner"]),
        lease_until=row["lease_until"],
        doors_left=tuple(rotation.doors_left(vault.state, row["id"])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One rotation for somebody who is about to go on with it."""

    name: str
    number: int
    base: int
    started: int
    ended: int | None
    ticked: dict[str, str]
    work: Work
    owed: tuple[str, ...]


def show(vault: Vault, row: Row) -> Shown:
    """Where a rotation stands."""
    words = Words(vault)
    ticked = {door["door"]: door["state"] for door in vault.state.find("door", rotation=row["id"])}
    parts = {r["part"] for r in vault.state.find("obligation", account=row["account"], discharged=None)}
    work = _work(vault, words, row)
    left = work.doors_left if row["ended"] is None else ()
    for door in row["doors"].split():
        if door not in left and door not in ticked and row["state"] in ("verified", "done"):
            ticked[door] = "replaced"
    return Shown(
        name=words.name("account", row["account"]),
        number=row["number"],
        base=row["base"],
        started=row["started"],
        ended=row["ended"],
        ticked=ticked,
        work=work,
        owed=tuple(sorted(parts)),
    )


def defer(vault: Vault, *, account: str, part: str, until: str, person: str, post: str) -> None:
    """Put a class 3 off to a date, by somebody who holds a post; within the local maximum."""
    longest = vault.profile.local_value("defer_max_days")
    with vault.change() as tx:
        _check_deferral(tx, account=account, until=until, person=person, post=post, longest=longest)
        tx.emit("obligation.deferred", account, part=part, until=until, post=post, person=person)


def _check_deferral(tx: Tx, *, account: str, until: str, person: str, post: str, longest: int) -> None:
    row = tx.state.get("account", id=account)
    if row is None:
        raise NotFound("no account has that id")
    last = (tx.now + dt.timedelta(days=longest)).date().isoformat()
    if not tx.today <= until <= last:
        words = f"a change is put off by {longest} days at most (a local choice), so until {last}"
        Denied("obligation_defer", words, hint="--until DATE", about=account).check()
    held = tx.state.find("post", person=person, post=post, until=None)
    if not any(found["scope"] in (None, account, row["team"]) for found in held):
        words = f"the person is not recorded as {post.replace('_', ' ')}"
        Denied("obligation_defer", words, hint="record the post: keyholder post give", about=account).check()
