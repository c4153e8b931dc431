"""Short words for what the edge cases are made of: records, posts, requests, accounts; and what the check says."""

from __future__ import annotations

from typing import Any

from tests.world import World
from vault.domain.compliance import Verdict
from vault.domain.ids import Prefix
from vault.domain.kinds.outcome import Gap
from vault.ops import accounts, approvals, compliance, due, requests
from vault.ops.accounts import Facts

LONG_AGO = "2026-01-01"


def at(day: str) -> str:
    """Noon of a day."""
    return f"{day}T12:00:00Z"


def record(world: World, code: str, about: str | None = None, *, on: str | None = None, **more: Any) -> str:
    """A record about something, today or on a day; the id."""
    with world.vault.change() as tx:
        id_ = tx.new(Prefix.RECORD)
        time = on if on and "T" in on else at(on) if on else tx.time
        tx.emit("record.made", id_, code=code, about=about, occurred_at=time, **more)
    return id_


def post(
    world: World, person: str, name: str, *, scope: str | None = None, since: str = LONG_AGO, until: str = ""
) -> None:
    """Somebody holds a post from a day on, or to a day."""
    with world.vault.change() as tx:
        tx.emit("post.given", person, post=name, scope=scope, since=since)
        if until:
            tx.emit("post.ended", person, post=name, scope=scope, until=until)


def in_post(world: World, name: str, collar: str) -> str:
    """A person who holds that post for everything; the id."""
    person = world.person(name.replace("_", " ").title(), collar)
    post(world, person, name)
    return person


def account(world: World, name: str, password: str | None = "first one", **facts: str) -> str:
    """An account that was there, with what is known of it; the id."""
    id_ = accounts.add_account(world.vault, name=name, facts=Facts(**facts)).id
    if password:
        world.deposit(id_, password=password)
    return id_


def grant(world: World, account_: str, person: str, kind: str = "secret", *, new: bool = False) -> str:
    """Access from today on: held already, or given in the vault."""
    with world.vault.change() as tx:
        id_ = tx.new(Prefix.GRANT)
        facts = {"account": account_, "person": person, "kind": kind, "since": tx.today}
        tx.emit("grant.given", id_, **facts, existing=not new)
    return id_


def approved(
    world: World, name: str, posts: dict[str, str], *, asker: str, owner_kind: str = "team", **says: str
) -> str:
    """A request with every approval that is named, in that order; the id."""
    request = requests.request_account(
        world.vault,
        name=name,
        owner_kind=owner_kind,
        requester=asker,
        aims="aims",
        purpose="purpose",
        fields=says,
    ).id
    for held, person in posts.items():
        approvals.decide(world.vault, request=request, post=held, person=person, evidence={"text": "mail"})
    return request


def access_approved(
    world: World, account_: str, person: str, posts: dict[str, str], *, kind: str = "secret", **says: str
) -> str:
    """A request for access with every approval that is named, in that order; the id."""
    request = requests.request_access(
        world.vault,
        account=account_,
        person=person,
        kind=kind,
        requester=person,
        aims="aims",
        purpose="purpose",
        fields=says,
    ).id
    for held, giver in posts.items():
        approvals.decide(world.vault, request=request, post=held, person=giver)
    return request


def chain(world: World, *names: str) -> dict[str, str]:
    """Somebody for each of these posts."""
    return {name: in_post(world, name, f"30{n}0") for n, name in enumerate(names)}


def leave(world: World, person: str, on: str | None = None) -> int:
    """Somebody leaves; the entry."""
    with world.vault.change() as tx:
        return tx.emit("person.left", person, occurred_at=at(on) if on else tx.time)


def owed(world: World, **where: Any) -> set[tuple[str, str, int]]:
    """(account, part, class) of what must be changed."""
    rows = world.vault.state.find("obligation", discharged=None, **where)
    return {(row["account"], row["part"], row["class"]) for row in rows}


def verdict(world: World, clause: str, document: str | None = None) -> Verdict:
    """What the check says of one clause."""
    found = compliance.check(world.vault, document=document).verdicts
    return next(one for one in found if one.clause == clause)


def status(world: World, clause: str) -> str:
    """The clause's status, in the words of the report."""
    return str(verdict(world, clause).status)


def gaps(world: World, clause: str, subject: str | None = None) -> list[Gap]:
    """What is amiss under one clause, about one subject."""
    return [gap for gap in verdict(world, clause).gaps if subject in (None, gap.subject)]


def kinds(world: World, clause: str, subject: str | None = None) -> list[str]:
    """The kinds of those."""
    return [gap.kind for gap in gaps(world, clause, subject)]


def log(world: World) -> bytes:
    """Everything that the log says, as bytes."""
    return b"\n".join(world.vault.shared.bodies(0, world.vault.follower.size))


def due_today(world: World, name: str) -> set[str]:
    """What is due about that account by today."""
    return {one.due.what for one in due.agenda(world.vault, within=0).items if one.about == name}
