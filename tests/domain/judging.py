"""Verdicts in tests: acts on the scene of `fold`, and what the report says of one rule after them.

judge(clause, *acts)          the verdict on EL-10, which has this rule, after these acts
earlier(clause, *acts)        the same, where the document came into force only after them
check(clause, acts, status)   the verdict is this, with a gap where it is not met or not shown
"""

from __future__ import annotations

from collections.abc import Callable

from tests.domain.fold import EARLIER, Fold, acc, b64, dev, force, give, grt, per, rec, req
from tests.domain.test_kinds import document
from vault.domain import compliance
from vault.domain.compliance import Status, Verdict

NOW = "2026-11-21T09:00:00Z"
LATER = "2026-11-20T16:00:00Z"
MET, NOT_MET, UNSHOWN = Status.MET, Status.NOT_MET, Status.NOT_EVIDENCED
NONE, OPEN = Status.NOT_APPLICABLE, Status.UNDECIDED
Do = Callable[[Fold], object]
Cases = dict[str, tuple[str, tuple[Do, ...], Status]]


def nothing(scene: Fold) -> None:
    """The scene as it is."""


def all_of(*acts: Do) -> Do:
    """One act after the other."""

    def both(scene: Fold) -> None:
        for act in acts:
            act(scene)

    return both


def record(code: str, about: str = acc("main"), *, at: str = EARLIER, by: str = "cal", **more: object) -> Do:
    """A record, by a custodian unless said otherwise."""

    def act(scene: Fold) -> None:
        name = "".join(chr(97 + int(digit)) for digit in str(scene.seq))
        scene.do("record.made", rec(name), by=by, code=code, about=about or None, occurred_at=at, **more)

    return act


def end(scene: Fold, *, by: str = "cal") -> None:
    """The latest record ends."""
    row = scene.reg.find("record")[-1]
    scene.do("record.ended", row["id"], by=by, until="2026-11-19")


def withdraw(scene: Fold) -> None:
    """The latest record is withdrawn."""
    scene.do("record.withdrawn", scene.reg.find("record")[-1]["id"], by="cal", reason="false")


def post(name: str, person: str = "ned", *, since: str = "2026-01-01", scope: str | None = None) -> Do:
    """Somebody holds a post."""
    return lambda scene: scene.do("post.given", per(person), by="cal", post=name, since=since, scope=scope)


def freeze(reason: str | None, at: str = EARLIER) -> Do:
    return lambda scene: scene.do("account.frozen", acc("main"), by="cal", occurred_at=at, reason=reason)


def close(scene: Fold, **more: object) -> None:
    scene.do("account.closed", acc("main"), by="cal", occurred_at=EARLIER, **more)


def another(scene: Fold, **more: object) -> None:
    """A second account."""
    data = {"platform": "flickr", "owner_kind": "team", "details": b64("account"), **more}
    scene.do("account.added", acc("two"), by="cal", **data)


def changed(scene: Fold, *, allowed: bool = True) -> None:
    """A new password took the place of the first."""
    scene.version(acc("main"), changed_by=per("hal"), allowed=allowed, occurred_at=EARLIER, previous=1)


def ned(**more: object) -> Do:
    """Ned has access, too."""
    return lambda scene: give(scene, "two", "ned", "main", **more)


def gone(scene: Fold) -> None:
    """Ned leaves."""
    scene.do("person.left", per("ned"), by="cal", occurred_at=EARLIER)


def uses(*, yes: bool) -> Do:
    """Ned says whether he uses a device of his own."""
    return lambda scene: scene.do("own_device.answered", per("ned"), by="cal", uses=yes, occurred_at=EARLIER)


def revoked(scene: Fold) -> None:
    """Hal's access ends."""
    scene.do("grant.revoked", grt("main"), by="cal", until="2026-11-20", reason="moved")


def show(scene: Fold) -> None:
    """The login is shown to its holder."""
    data = {"number": 1, "parts": ["password"], "how": "revealed", "person": per("hal")}
    scene.do("secret.seen", acc("main"), by="cal", **data)


def opened(*approvals: tuple[str, str, str], requester: str = "hal") -> Do:
    """An account asked for and opened on 20 November, with approvals: post, person, time."""

    def act(scene: Fold) -> None:
        asked = {
            "platform": "vimeo",
            "owner_kind": "team",
            "details": b64("asked"),
            "requester": per(requester),
        }
        scene.do("account.requested", req("one"), by="cal", **asked)
        for name, person, at in approvals:
            scene.do("approval.given", req("one"), by="cal", post=name, person=per(person), occurred_at=at)
        del asked["requester"]
        scene.do("account.opened", acc("new"), by="cal", request=req("one"), created_on="2026-11-20", **asked)

    return act


def lose(scene: Fold) -> None:
    scene.do("device.lost", dev("phone"), by="cal", occurred_at=EARLIER, tell=["ict", "desk"])


def tell(who: str, at: str) -> Do:
    def act(scene: Fold) -> None:
        (cause,) = scene.reg.find("cause", kind="device_lost")
        scene.do("notice.told", dev("phone"), by="cal", cause=cause["seq"], recipient=who, occurred_at=at)

    return act


def attest(lock: str, on_: str | None) -> Do:
    return lambda scene: scene.do("device.changed", dev("phone"), by="cal", screen_lock=lock, attested_on=on_)


def judge(clause: str, *acts: Do, **more: object) -> Verdict:
    """The verdict on EL-10, which has this rule."""
    scene = force()
    all_of(*acts)(scene)
    found = compliance.assess(scene.reg, document(clause), now=NOW, **more)  # type: ignore[arg-type]
    return next(verdict for verdict in found if verdict.clause == "EL-10")


def earlier(clause: str, *acts: Do) -> Verdict:
    """The verdict of a document that has come into force after these acts: what was done is another's to judge."""
    scene = force()
    all_of(*acts)(scene)
    found = compliance.assess(scene.reg, document(clause), now=NOW, since=scene.seq)
    return next(verdict for verdict in found if verdict.clause == "EL-10")


def check(clause: str, acts: tuple[Do, ...], status: Status) -> None:
    """The clause has this status; where it is not met or not shown, a gap says why."""
    verdict = judge(clause, *acts)
    assert verdict.status is status, verdict.gaps
    assert bool(verdict.gaps) == (status in {NOT_MET, UNSHOWN, OPEN})
    assert all(gap.words and gap.clause == "EL-10" for gap in verdict.gaps)
