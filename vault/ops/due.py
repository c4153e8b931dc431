"""What falls due, for whom and by when: read from the projection, with names for those who may read them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vault.domain import ics
from vault.domain.calendar import london_day
from vault.domain.due import OVERDUE, Due
from vault.domain.events import ROLES
from vault.domain.falling_due import all_due, gathered
from vault.ops.findings import subject_names

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.register import State

HOLDER = "holder"  # who has access to the account, where a document means whoever uses it
# Whose account bears its holder's name, or may: its handle is a personal name, too.
MAY_NAME_SOMEBODY = ("individual", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line: the thing that falls due, how it stands, and names for its ids."""

    due: Due
    state: str
    about: str
    who: tuple[str, ...]
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What was asked for, most urgent first; ``today`` is the day in London that it was judged on."""

    items: tuple[Item, ...]
    today: dt.date

    @property
    def overdue(self) -> int:
        """How many things should have been done by now."""
        return sum(item.state == OVERDUE for item in self.items)


def agenda(vault: Vault, *, within: int, whose: str | None = None) -> Agenda:
    """Everything overdue, everything without a day, and what falls due within so many days.

    ``whose``: only what is for a role or a post, as the list names it, or for a person, whom it may reach by each of
    their posts.

    For everybody, what many have never recorded is one line for each clause; for one person everything is named singly.
    """
    state, today = vault.state, london_day(vault.clock())
    last = today + dt.timedelta(days=within)
    every = all_due(state, vault.profile, today=today, guidance=vault.guides)
    found = [due for due in every if due.due_on is None or due.due_on <= last]
    if whose is None:
        found = gathered(found)
    else:
        theirs = _for(vault, whose, {who for due in every for who in due.who}, today.isoformat())
        found = [due for due in found if theirs(due)]
    ids = {due.subject for due in found} | {who for due in found for who in due.who if who.startswith("per-")}
    names = subject_names(vault, ids)
    return Agenda(items=tuple(_item(due, names, today) for due in found), today=today)


def _item(due: Due, names: dict[str, str], today: dt.date) -> Item:
    return Item(
        due=due,
        state=due.state(today),
        about=names.get(due.subject, due.subject) or "the policy",
        who=tuple(names.get(who, who.replace("_", " ")) for who in due.who),
        days=(due.due_on - today).days if due.due_on else None,
    )


def _for(vault: Vault, whose: str, named: set[str], today: str) -> Callable[[Due], bool]:
    """A role or post that something is for, or that somebody has; else a person."""
    post = "_".join(whose.replace("-", " ").replace("_", " ").casefold().split())
    offices = {row["post"] for row in vault.state.find("post")} | set(ROLES)
    if post in named | offices:
        return lambda due: post in due.who
    return _theirs(vault.state, vault.names.find("person", whose), today)


def _theirs(state: State, person: str, today: str) -> Callable[[Due], bool]:
    """Whether something is for that person: by name, by role, by a post for that account, or as its holder."""
    everywhere = {person, *(row["role"] for row in state.find("role", person=person, until=None))}
    scoped: dict[str, set[str]] = {}
    for row in state.find("post", person=person):
        if row["since"] <= today and (row["until"] is None or row["until"] > today):
            scoped.setdefault(row["scope"] or "", set()).add(row["post"])
    for row in state.find("grant_", person=person, revoked=None):
        scoped.setdefault(row["account"], set()).add(HOLDER)
    everywhere = (everywhere - {HOLDER}) | scoped.pop("", set())
    teams = {row["id"]: row["team"] for row in state.find("account")} if scoped else {}

    def theirs(due: Due) -> bool:
        mine = everywhere | scoped.get(due.subject, set()) | scoped.get(teams.get(due.subject) or "", set())
        return not mine.isdisjoint(due.who)

    return theirs


# --- the calendar ------------------------------------------------------------------------------------------------


def calendar(vault: Vault, found: Agenda, *, names: bool) -> bytes:
    """What has a day, as a calendar file. Without ``names`` nobody is named in it, nor is an account of somebody's."""
    shown = found.items if names else _without_names(vault, found.items)
    entries = [_entry(vault, item, item.due.due_on) for item in shown if item.due.due_on]
    return ics.calendar(
        entries, name="Keyholder: what falls due", stamp=vault.clock(), sequence=vault.follower.size
    )


def _without_names(vault: Vault, items: Iterable[Item]) -> list[Item]:
    rows = {row["id"]: row for row in vault.state.find("account")}
    nameless = []
    for item in items:
        subject = item.due.subject
        row = rows.get(subject)
        safe = row is not None and row["owner_kind"] not in MAY_NAME_SOMEBODY
        who = tuple(w if w.startswith("per-") else w.replace("_", " ") for w in item.due.who)
        nameless.append(replace(item, about=item.about if safe or not subject else subject, who=who))
    return nameless


def _entry(vault: Vault, item: Item, day: dt.date) -> ics.Entry:
    due, what = item.due, item.due.what.replace("_", " ")
    lines = [due.words, f"for: {', '.join(item.who)}" if item.who else ""]
    lines += [
        f"clause {due.clause}" if due.clause else "",
        "the number is a local choice" if due.local else "",
    ]
    return ics.Entry(
        uid=uid(vault.vault_id, due),
        day=day,
        summary=f"{'' if item.state != OVERDUE else 'OVERDUE: '}{what}: {item.about}",
        description="\n".join(filter(None, lines)),
        category=what,
    )


def uid(vault_id: bytes, due: Due) -> str:
    """The same for the same thing in every file, whatever its day; says nothing of what it is about."""
    words = f"{due.what} {due.subject} {due.clause}".encode()
    return f"{hashlib.sha256(vault_id + words).hexdigest()[:32]}@keyholder.invalid"
