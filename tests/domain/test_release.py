"""Who may have a secret shown, handed over or changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.acts import asks
from tests.domain.fold import DAY, TIME, Fold, acc, dev, force, grt, per, rec
from vault.domain import release
from vault.domain.decisions import Allowed, Denied
from vault.domain.policy import Profile
from vault.ops.platforms import profile

X = acc("main")
PROFILE = profile("norfolk_suffolk")
SILENT: Profile = replace(PROFILE, clauses={})
CUSTODIAN, HOLDER = frozenset({"custodian"}), frozenset({"holder"})


@pytest.fixture
def scene() -> Fold:
    return force()


def ask(scene: Fold, actor: str, roles: frozenset[str], **other: Any) -> Allowed | Denied:
    given = {"actor": per(actor), "to": per(actor), "device": None, "roles": roles, **other}
    book = given.pop("profile", PROFILE)
    return release.may_show(scene.reg, lambda: (book,), account=scene.row("account", id=X), now=TIME, **given)


@pytest.mark.parametrize(
    ("actor", "roles", "allowed"),
    [
        ("cal", CUSTODIAN, True),
        ("hal", HOLDER, True),
        ("ned", HOLDER, False),
        ("bea", frozenset({"administrator"}), False),
    ],
)
def test_custodians_and_holders_with_a_grant(
    scene: Fold, actor: str, roles: frozenset[str], allowed: bool
) -> None:
    """Nobody else, whatever their role."""
    assert bool(ask(scene, actor, roles)) is allowed


def test_whoever_reads_messages_shows_authority(scene: Fold) -> None:
    """A holder who asked for somebody's messages without authority is shown nothing, where a document must have it."""
    must = asks(example("direct_messages"))
    assert ask(scene, "hal", HOLDER, profile=must)
    said = {"by": "cal", "code": "messages.audit", "about": X, "person": per("hal"), "occurred_at": TIME}
    scene.do("record.made", rec("one"), **said)
    denied = ask(scene, "hal", HOLDER, profile=must)
    assert isinstance(denied, Denied) and denied.clause == "EL-10"
    assert ask(scene, "hal", HOLDER, profile=PROFILE), "where it only states a fact, it is shown"
    scene.do("record.withdrawn", rec("one"), by="cal", reason="mistake")
    assert ask(scene, "hal", HOLDER, profile=must)


@pytest.mark.parametrize(("book", "clause"), [(PROFILE, "NS-10.2a"), (SILENT, "")])
def test_a_frozen_account(scene: Fold, book: Profile, clause: str) -> None:
    """Closed to holders and custodians, with the clause where the document has one; open to who rotates it."""
    scene.do("account.frozen", X, by="cal", occurred_at=TIME)
    for actor, roles in (("cal", CUSTODIAN), ("hal", HOLDER)):
        denied = ask(scene, actor, roles, profile=book)
        assert isinstance(denied, Denied) and denied.clause == clause
    scene.rotation("one", X)
    assert ask(scene, "cal", CUSTODIAN, profile=book)
    assert not ask(scene, "hal", HOLDER, profile=book)


def test_handing_over(scene: Fold) -> None:
    """A custodian to an active holder; a holder to nobody; nobody to somebody without a grant, or who left."""
    assert ask(scene, "cal", CUSTODIAN, to=per("hal"))
    assert not ask(scene, "hal", HOLDER, to=per("ned"))
    assert not ask(scene, "cal", CUSTODIAN, to=per("ned"))
    scene.do("person.paused", per("hal"), by="cal", occurred_at=TIME)
    denied = ask(scene, "cal", CUSTODIAN, to=per("hal"))
    assert isinstance(denied, Denied) and "paused" in denied.reason


@pytest.mark.parametrize("event", ["device.lost", "device.retired"])
def test_devices(scene: Fold, event: str) -> None:
    """On one's own device in use, never on somebody else's, a lost or a retired one."""
    phone = {"device": scene.row("device", id=dev("phone"))}
    assert ask(scene, "hal", HOLDER, **phone)
    others = ask(scene, "cal", CUSTODIAN, **phone)
    assert isinstance(others, Denied) and "keyholder device list --owner" in others.hint
    scene.do(
        event, dev("phone"), by="hal", occurred_at=TIME, tell=["ict"] if event == "device.lost" else None
    )
    off = ask(scene, "hal", HOLDER, device=scene.row("device", id=dev("phone")))
    assert isinstance(off, Denied) and "use another one" in off.hint


def test_who_may_rotate() -> None:
    """Custodians; the refusal cites the clause of who changes passwords, where there is one."""
    assert release.may_rotate(PROFILE, roles=CUSTODIAN)
    denied = [release.may_rotate(book, roles=HOLDER) for book in (PROFILE, SILENT)]
    assert [d.clause for d in denied if isinstance(d, Denied)] == ["NS-10.1e", ""]


def judge(scene: Fold, person: str, roles: frozenset[str] = HOLDER, **other: Any) -> Allowed | None:
    given = {"profile": PROFILE, "emergency": False, **other}
    account = scene.row("account", id=X)
    return release.judge_change(
        scene.reg, given.pop("profile"), account=account, person=per(person), roles=roles, now=TIME, **given
    )


def test_a_change_is_judged_never_refused(scene: Fold) -> None:
    """By role, by emergency, by post on a membership change; else a finding; a silent document says nothing."""
    assert judge(scene, "hal", profile=SILENT) is None
    verdicts = [judge(scene, "cal", CUSTODIAN), judge(scene, "hal", emergency=True), judge(scene, "hal")]
    assert [bool(v.finding) for v in verdicts if v] == [False, False, True]
    scene.do("post.given", per("hal"), by="cal", post="account_administrator", scope=X, since=DAY)
    assert judge(scene, "hal").finding, "nothing is owed because of a membership"  # type: ignore[union-attr]
    scene.do("team.joined", "tem-dmt" + "a" * 13, by="ada", person=per("ned"), since=DAY, rotate=True)
    by_post = judge(scene, "hal")
    assert by_post is not None and (by_post.finding, by_post.clause) == ("", "NS-10.2f")
    assert judge(scene, "ned").finding  # type: ignore[union-attr]


def test_what_the_document_asks_of_new_access(scene: Fold) -> None:
    """Somebody who was given access here is shown nothing before the masterclass; its clause says so."""
    data = {"account": X, "person": per("ned"), "kind": "secret", "since": DAY, "existing": False}
    scene.do("grant.given", grt("new"), by="cal", **data)
    denied = ask(scene, "cal", CUSTODIAN, to=per("ned"))
    assert isinstance(denied, Denied)
    assert (denied.action, denied.clause, denied.about) == (release.SHOW, "NS-11.1a", X)
    scene.do(
        "record.made", rec("one"), by="cal", code="training.masterclass", about=per("ned"), occurred_at=TIME
    )
    assert ask(scene, "cal", CUSTODIAN, to=per("ned"))
