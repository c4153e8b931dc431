"""An act, what stands before it, and what the report would find after it."""

from __future__ import annotations

from dataclasses import replace

from tests.domain.fold import Fold, acc, b64, grt, per, req
from tests.domain.judging import NOW
from tests.domain.test_kinds import document
from vault.domain import before, compliance
from vault.domain.before import Act, Unmet
from vault.domain.policy import Profile, Strength

MAIN, TODAY = acc("main"), "2026-11-21"
ME = per("ned")
REQUEST = {"id": req("new"), "platform": "x", "team": None}


def asks(clause: str, *, strength: Strength = Strength.MUST) -> Profile:
    """A document with that rule, EL-10."""
    made = document(clause)
    return replace(made, clauses={**made.clauses, "EL-10": replace(made.clauses["EL-10"], strength=strength)})


def stands(scene: Fold, profile: Profile, what: str, **more: object) -> tuple[Unmet, ...]:
    """What stands before an act on the main account, for Ned."""
    account = more.pop("account", None) or scene.row("account", id=MAIN)
    given = {"person": ME, "way": "secret", "since": TODAY, **more}
    act = Act(what=what, account=account, **given)  # type: ignore[arg-type]
    return before.unmet(scene.reg, profile, act, now=NOW)


def granted(scene: Fold, way: str, since: str = TODAY) -> None:
    """The grant that the gate was asked about."""
    data = {"account": MAIN, "person": ME, "kind": way, "since": since, "existing": False}
    scene.do("grant.given", grt("asked"), by="cal", **data)


def gaps(scene: Fold, profile: Profile, *subjects: str) -> list[str]:
    """What the report finds amiss under EL-10 about these."""
    found = compliance.assess(scene.reg, profile, now=NOW)
    verdict = next(one for one in found if one.clause == "EL-10")
    return [gap.words for gap in verdict.gaps if gap.subject in subjects]


def asked(scene: Fold) -> None:
    """Somebody asks for an account."""
    data = {"platform": "x", "owner_kind": "team", "requester": ME, "details": b64("request")}
    scene.do("account.requested", req("new"), by="cal", **data)


def event(scene: Fold, name: str) -> None:
    """The act, done."""
    said = {"by": "cal", "post": "press", "person": per("hal"), "occurred_at": NOW}
    if name in ("request_refused", "request_approved"):
        scene.do(f"approval.{'given' if name == 'request_approved' else 'refused'}", req("new"), **said)
    elif name == "account_opened":
        facts = {"platform": "x", "owner_kind": "team", "details": b64("a"), "created_on": TODAY}
        scene.do("account.opened", acc("new"), by="cal", request=req("new"), **facts)
    elif name == "grant_given":
        granted(scene, "secret")
    else:
        scene.do("account.closed", MAIN, by="cal", occurred_at=NOW)
