"""People, posts and owning teams: every way in which an entry is void, and what leaving ends."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, leave, named, pause, rotate
from tests.domain.fold import DAY, EARLIER, acc, b64, force, kst, member, per, rot, tem
from vault.domain import keys

POST = {"post": "line_manager", "since": DAY}
CASES = [
    Refused("by recovery, unannounced", "person.added", "nothing else", by="rec"),
    Refused("an id twice", "person.added", "in the register already", subject=per("hal")),
    Refused("unknown", "person.changed", "not in the register", subject=per("eve")),
    Refused("unknown", "person.paused", "not in the register", subject=per("eve")),
    Refused("twice", "person.paused", "not active", after=pause("hal")),
    Refused(
        "the last administrator",
        "person.paused",
        "last administrator",
        after=pause("bea"),
        subject=per("ada"),
    ),
    Refused("not paused", "person.resumed", "not paused", subject=per("cal")),
    Refused("a leaver", "person.resumed", "not paused", after=leave("hal")),
    Refused("unknown", "person.left", "not in the register", subject=per("eve")),
    Refused("twice", "person.left", "left already", after=leave("hal")),
    Refused(
        "the last administrator", "person.left", "last administrator", after=leave("bea"), subject=per("ada")
    ),
    Refused("a stranger", "post.given", "not in the register", subject=per("eve")),
    Refused("twice", "post.given", "holds that post", after=lambda s: s.do("post.given", per("hal"), **POST)),
    Refused("not held", "post.ended", "that post of the person", {"post": "head_of_department"}),
    Refused("for another scope", "post.ended", "that post of the person", {"scope": acc("main")}),
    Refused("an id twice", "team.added", "in the register already", subject=tem("dmt")),
    Refused("an unknown team", "team.joined", "the team is not", subject=tem("eve")),
    Refused("a stranger", "team.joined", "the person is not", {"person": per("eve")}),
    Refused("twice", "team.joined", "in the team already", {"person": per("hal")}),
    Refused("not a member", "team.left", "that membership", {"person": per("ned")}),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_leaving_ends_everything() -> None:
    """One entry ends grants, posts, memberships, roles and keysets at its position, on the day that it names."""
    scene = force()
    scene.do("post.given", per("hal"), **POST)
    seq = scene.do("person.left", per("hal"), by="cal", occurred_at=EARLIER)
    assert scene.row("grant_", person=per("hal"))["revoked"] == seq
    assert scene.row("keyset", id=kst("hal"))["revoked"] == seq
    assert scene.row("role", person=per("hal"))["until"] == seq
    assert scene.row("team_member", person=per("hal"))["left_seq"] == seq
    days = {scene.row(name, person=per("hal"))["until"] for name in ("grant_", "post", "team_member")}
    assert days == {EARLIER[:10]}
    assert {(r["part"], r["class"]) for r in scene.reg.find("obligation")} == {("password", 3), ("totp", 3)}


def test_who_leaves_takes_the_candidate_along() -> None:
    """A prepared password that the leaver could open never becomes current; the current one stays."""
    scene = force()
    rotate(scene)
    leave("hal")(scene)
    assert scene.row("rotation", id=rot("one"))["state"] == "abandoned"
    assert [row["state"] for row in scene.reg.find("version")] == ["current", "abandoned"]


def test_who_leaves_with_nothing() -> None:
    """Somebody without keys who held nothing leaves no work behind, and no candidate falls."""
    scene = force()
    rotate(scene)
    leave("ned")(scene)
    assert scene.reg.find("obligation") == []
    assert scene.row("rotation")["state"] == "prepared"


def test_paused_and_resumed() -> None:
    """A paused person keeps role and keyset; neither counts until they are resumed."""
    scene = force()
    pause("hal")(scene)
    assert keys.roles_of(scene.reg, per("hal")) == frozenset()
    assert scene.row("role", person=per("hal"))["until"] is None
    scene.do("person.resumed", per("hal"), **AT)
    assert keys.roles_of(scene.reg, per("hal")) == {"holder"}


def test_posts_have_scopes() -> None:
    """The same post for an account and for everything are two posts, ended one by one."""
    scene = force()
    scene.do("post.given", per("hal"), **POST)
    scene.do("post.given", per("hal"), **POST, scope=acc("main"))
    scene.do("post.ended", per("hal"), post="line_manager", until=DAY, scope=acc("main"))
    assert [row["scope"] for row in scene.reg.find("post", until=None)] == [None]


def test_joining_a_team_may_be_a_cause() -> None:
    """Where the document says so, a change in the team makes its passwords owed, of the open accounts only."""
    scene = force()
    data = {"platform": "x", "owner_kind": "team", "details": b64("closed"), "team": tem("dmt")}
    scene.do("account.added", acc("old"), **data)
    scene.version(acc("old"))
    scene.do("account.closed", acc("old"), **AT)
    member(scene, "nia", "holder")
    scene.do("team.joined", tem("dmt"), person=per("nia"), since=DAY, rotate=True)
    assert [(r["account"], r["part"], r["class"]) for r in scene.reg.find("obligation")] == [
        (acc("main"), "password", 3)
    ]
    assert scene.row("cause")["kind"] == "team_joined"
    scene.do("team.left", tem("dmt"), person=per("nia"), until=DAY, rotate=False)
    assert len(scene.reg.find("cause")) == 1
