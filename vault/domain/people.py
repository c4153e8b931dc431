"""People, their posts and the owning teams: facts with a date, which may be back-dated.

A person holds posts (line manager, head of department, account administrator …) for a scope: an account, a team,
or everything. Membership of an owning team carries no key; it is the reason why a change of password is owed
when it ends or begins.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import exposure, rotation
from vault.domain.events import Event, Fact, Register, Void
from vault.domain.keys import is_last_administrator


def _add(reg: Register, fact: Fact) -> None:
    reg.put(
        "person", id=fact.subject, details=fact.data["details"], state="active", added=fact.seq, left_at=None
    )


def _may_add(reg: Register, fact: Fact) -> None:
    if reg.get("person", id=fact.subject) is not None:
        raise Void("the person is in the register already")
    if e.RECOVERY in fact.roles and not reg.find("recovery_use", keyset=fact.keyset):
        raise Void("recovery may admit an administrator again and nothing else")


def _known(reg: Register, fact: Fact) -> None:
    e.require(reg.get("person", id=fact.subject), "the person")


def _change(reg: Register, fact: Fact) -> None:
    reg.change("person", {"id": fact.subject}, details=fact.data["details"])


def _may_pause(reg: Register, fact: Fact) -> None:
    wanted = "active" if fact.event == "person.paused" else "paused"
    if e.require(reg.get("person", id=fact.subject), "the person")["state"] != wanted:
        raise Void(f"the person is not {wanted}")
    if fact.event == "person.paused" and is_last_administrator(reg, fact.subject):
        raise Void("the last administrator cannot be paused")


def _pause(reg: Register, fact: Fact) -> None:
    reg.change("person", {"id": fact.subject}, state="paused" if fact.event == "person.paused" else "active")


def _may_leave(reg: Register, fact: Fact) -> None:
    if e.require(reg.get("person", id=fact.subject), "the person")["state"] == "left":
        raise Void("the person has left already")
    if is_last_administrator(reg, fact.subject):
        raise Void("the last administrator cannot be removed")


def _leave(reg: Register, fact: Fact) -> None:
    """End everything of the person at this position, then derive what must be changed."""
    person, day = fact.subject, fact.data["occurred_at"][:10]
    rotation.abandon_prepared(reg, fact, set(exposure.touched_by_person(reg, person)))
    exposure.cause(reg, fact, kind="person_left", person=person)
    for row in reg.find("grant_", person=person, revoked=None):
        reg.change("grant_", {"id": row["id"]}, revoked=fact.seq, until=day)
    for row in reg.find("post", person=person, until=None):
        reg.change("post", {"seq": row["seq"]}, until=day)
    for row in reg.find("team_member", person=person, left_seq=None):
        reg.change("team_member", {"joined_seq": row["joined_seq"]}, left_seq=fact.seq, until=day)
    for row in reg.find("role", person=person, until=None):
        reg.change("role", {"person": person, "role": row["role"], "until": None}, until=fact.seq)
    for row in reg.find("keyset", person=person, revoked=None):
        reg.change("keyset", {"id": row["id"]}, revoked=fact.seq)
    reg.change("person", {"id": person}, state="left", left_at=fact.data["occurred_at"])


def _may_give_post(reg: Register, fact: Fact) -> None:
    _known(reg, fact)
    if _held_post(reg, fact):
        raise Void("the person holds that post already")


def _give_post(reg: Register, fact: Fact) -> None:
    reg.put(
        "post",
        seq=fact.seq,
        person=fact.subject,
        post=fact.data["post"],
        scope=fact.data.get("scope"),
        since=fact.data["since"],
        until=None,
    )


def _held_post(reg: Register, fact: Fact) -> list[e.Row]:
    return reg.find(
        "post", person=fact.subject, post=fact.data["post"], scope=fact.data.get("scope"), until=None
    )


def _may_end_post(reg: Register, fact: Fact) -> None:
    held = _held_post(reg, fact)
    e.require(held[0] if held else None, "that post of the person")


def _end_post(reg: Register, fact: Fact) -> None:
    reg.change("post", {"seq": _held_post(reg, fact)[0]["seq"]}, until=fact.data["until"])


def _may_add_team(reg: Register, fact: Fact) -> None:
    if reg.get("team", id=fact.subject) is not None:
        raise Void("the team is in the register already")


def _add_team(reg: Register, fact: Fact) -> None:
    reg.put("team", id=fact.subject, kind=fact.data["kind"], details=fact.data["details"], added=fact.seq)


def _membership(reg: Register, fact: Fact) -> list[e.Row]:
    return reg.find("team_member", team=fact.subject, person=fact.data["person"], left_seq=None)


def _may_join(reg: Register, fact: Fact) -> None:
    e.require(reg.get("team", id=fact.subject), "the team")
    e.require(reg.get("person", id=fact.data["person"]), "the person")
    if _membership(reg, fact):
        raise Void("the person is in the team already")


def _join(reg: Register, fact: Fact) -> None:
    reg.put(
        "team_member",
        joined_seq=fact.seq,
        team=fact.subject,
        person=fact.data["person"],
        since=fact.data["since"],
        until=None,
        left_seq=None,
    )
    if fact.data["rotate"]:
        exposure.cause(reg, fact, kind="team_joined", person=fact.data["person"], team=fact.subject)


def _may_leave_team(reg: Register, fact: Fact) -> None:
    e.require(next(iter(_membership(reg, fact)), None), "that membership")


def _leave_team(reg: Register, fact: Fact) -> None:
    if fact.data["rotate"]:
        exposure.cause(reg, fact, kind="team_left", person=fact.data["person"], team=fact.subject)
    row = _membership(reg, fact)[0]
    reg.change("team_member", {"joined_seq": row["joined_seq"]}, left_seq=fact.seq, until=fact.data["until"])


_DETAILS = {"details": e.words}
_POST = {"post": e.code}
_SCOPE = {"scope": e.ident("acc", "tem")}
_PERSON = {"person": e.ident("per")}

EVENTS = (
    Event("person.added", "per", _DETAILS, e.STAFF | {e.RECOVERY}, _add, rule=_may_add),
    Event("person.changed", "per", _DETAILS, e.STAFF, _change, rule=_known),
    Event("person.paused", "per", {"occurred_at": e.time}, e.STAFF, _pause, rule=_may_pause),
    Event("person.resumed", "per", {"occurred_at": e.time}, e.ADMINISTRATORS, _pause, rule=_may_pause),
    Event("person.left", "per", {"occurred_at": e.time}, e.STAFF, _leave, rule=_may_leave),
    Event(
        "post.given",
        "per",
        {**_POST, "since": e.date},
        e.STAFF,
        _give_post,
        optional=_SCOPE,
        rule=_may_give_post,
    ),
    Event(
        "post.ended",
        "per",
        {**_POST, "until": e.date},
        e.STAFF,
        _end_post,
        optional=_SCOPE,
        rule=_may_end_post,
    ),
    Event("team.added", "tem", {**_DETAILS, "kind": e.code}, e.STAFF, _add_team, rule=_may_add_team),
    Event(
        "team.joined", "tem", {**_PERSON, "since": e.date, "rotate": e.flag}, e.STAFF, _join, rule=_may_join
    ),
    Event(
        "team.left",
        "tem",
        {**_PERSON, "until": e.date, "rotate": e.flag},
        e.STAFF,
        _leave_team,
        rule=_may_leave_team,
    ),
)
