"""People, their posts, and the owning teams."""

from __future__ import annotations

from audit.deep import owed, rotation
from audit.deep.forms import Void
from audit.deep.register import Register, Said, known, new
from audit.deep.things import Person


def added(reg: Register, said: Said) -> None:
    new(reg.people, said.subject, "the person")
    if said.by_recovery and said.keyset not in reg.readmits:
        raise Void("recovery admits an administrator again and does nothing else")
    reg.people[said.subject] = Person(said.subject, said.seq)


def changed(reg: Register, said: Said) -> None:
    known(reg.people, said.subject, "the person")


def paused(reg: Register, said: Said) -> None:
    person = known(reg.people, said.subject, "the person")
    if person.state != "active":
        raise Void("the person is not active")
    reg.keep_one_administrator(person.id)
    person.state = "paused"
    reg.who_changed()


def resumed(reg: Register, said: Said) -> None:
    person = known(reg.people, said.subject, "the person")
    if person.state != "paused":
        raise Void("the person is not paused")
    person.state = "active"
    reg.who_changed()


def left(reg: Register, said: Said) -> None:
    """Everything that they were ends here; what they had must be changed."""
    person = known(reg.people, said.subject, "the person")
    if person.state == "left":
        raise Void("the person has left already")
    reg.keep_one_administrator(person.id)
    for account, had in owed.had_by(reg, person.id):
        rotation.abandon_if_had(account, had)
    owed.person_goes(reg, said, "person_left", person.id)
    for grant in reg.grants.values():
        if grant.person == person.id and grant.revoked is None:
            grant.revoked = said.seq
            del reg.accounts[grant.account].grants[person.id, grant.kind]
    reg.posts = {post for post in reg.posts if post[0] != person.id}
    for members in reg.teams.values():
        members.discard(person.id)
    for keyset in person.keysets:
        keyset.revoked = said.seq if keyset.revoked is None else keyset.revoked
    person.held.clear()
    person.state, person.left = "left", said.seq
    reg.who_changed()


def post_given(reg: Register, said: Said) -> None:
    known(reg.people, said.subject, "the person")
    new(reg.posts, _post(said), "that post of the person")
    reg.posts.add(_post(said))


def post_ended(reg: Register, said: Said) -> None:
    if _post(said) not in reg.posts:
        raise Void("the person does not hold that post")
    reg.posts.remove(_post(said))


def _post(said: Said) -> tuple[str, str, str | None]:
    return said.subject, said.data["post"], said.data.get("scope")


def team_added(reg: Register, said: Said) -> None:
    new(reg.teams, said.subject, "the team")
    reg.teams[said.subject] = set()


def team_joined(reg: Register, said: Said) -> None:
    members, person = known(reg.teams, said.subject, "the team"), said.data["person"]
    known(reg.people, person, "the person")
    new(members, person, "that membership")
    members.add(person)
    if said.data["rotate"]:
        owed.team_changes(reg, said, "team_joined", person)


def team_left(reg: Register, said: Said) -> None:
    person = said.data["person"]
    if person not in reg.teams.get(said.subject, ()):
        raise Void("the person is not in the team")
    if said.data["rotate"]:
        owed.team_changes(reg, said, "team_left", person)
    reg.teams[said.subject].remove(person)


RULES = {
    "person.added": added,
    "person.changed": changed,
    "person.paused": paused,
    "person.resumed": resumed,
    "person.left": left,
    "post.given": post_given,
    "post.ended": post_ended,
    "team.added": team_added,
    "team.joined": team_joined,
    "team.left": team_left,
}
