"""Approvals: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import CHAIN
from tests.domain.fold import EARLIER, Fold, acc, b64, force, per, req
from tests.domain.judging import (
    NOT_MET,
    NOW,
    UNSHOWN,
    Cases,
    Do,
    all_of,
    check,
    earlier,
    judge,
    ned,
    opened,
    post,
)
from tests.domain.test_kinds import document
from vault.domain import compliance


def given(*approvals: tuple[str, str], by: str = "cal", **more: object) -> Do:
    """Ned has access since 20 November, asked for by Hal, with approvals by who holds the press post: person, time."""

    def act(scene: Fold) -> None:
        asked = {"account": acc("main"), "person": per("ned"), "kind": "secret"}
        scene.do("access.requested", req("in"), by="cal", **asked, requester=per("hal"), details=b64("why"))
        for person, at in approvals:
            data = {"post": "press", "person": per(person), "occurred_at": at}
            scene.do("approval.given", req("in"), by=by, **data, **more)
        ned(existing=False, request=req("in"))(scene)

    return act


def of_ned(*acts: Do) -> list[str]:
    """What the chain finds amiss with Ned's access: the account and Hal's access were there before."""
    return [gap.kind for gap in judge(CHAIN, *acts).gaps if gap.subject == per("ned")]


CASES: Cases = {
    "R-1 imported": (CHAIN, (), UNSHOWN),
    "R-5 nobody in post": (CHAIN, (opened(("press", "ned", EARLIER)),), NOT_MET),
    "R-5 self-approval": (CHAIN, (post("press", "hal"), opened(("press", "hal", EARLIER))), NOT_MET),
    "R-4 approved after the opening": (
        CHAIN, (post("press"), opened(("press", "ned", "2026-11-21T08:00:00Z"))), NOT_MET
    ),
}  # fmt: skip


def test_asked_of_access_alone() -> None:
    """Then an account without any paper lacks none; asked of both, it does."""
    alone = CHAIN.replace('asked_for = ["account", "access"]', 'asked_for = ["access"]')
    assert alone != CHAIN
    assert acc("main") not in {gap.subject for gap in judge(alone).gaps}
    assert acc("main") in {gap.subject for gap in judge(CHAIN).gaps}


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


@pytest.mark.parametrize(
    ("approvals", "kinds"),
    [
        ((), ["approval_missing"]),
        ((("amy", EARLIER),), []),
        ((("amy", "2026-11-20T23:00:00Z"),), []),
        ((("amy", "2026-11-21T08:00:00Z"),), ["approval_late"]),
        ((("ned", EARLIER),), ["approval_missing"]),
        ((("hal", EARLIER),), ["approval_missing"]),
    ],
)
def test_access_that_was_asked_for(approvals: tuple[tuple[str, str], ...], kinds: list[str]) -> None:
    """R-4, R-5: approved by the day on which it began, by somebody in post who neither asked nor gets it."""
    in_post = all_of(*(post("press", who) for who in ("amy", "ned", "hal")))
    assert of_ned(in_post, given(*approvals)) == kinds


def test_how_an_approval_is_known() -> None:
    """P-16: signed by who gave it, with a document, or said to have been given."""
    in_post = all_of(post("press", "amy"), post("press", "bea"))
    approvals = (
        given(("bea", EARLIER), by="bea"),
        given(("amy", EARLIER), evidence=b64("mail")),
        given(("amy", EARLIER)),
    )
    found = [judge(CHAIN, in_post, each) for each in approvals]
    counts = [(len(one.proven), len(one.attached), len(one.statements)) for one in found]
    assert counts == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_access_under_an_earlier_document() -> None:
    """What was given then is that document's to judge; what came without a request is only today's to tell."""
    assert [gap.subject for gap in judge(CHAIN, opened()).gaps] == [acc("main"), acc("new"), per("hal")]
    assert [gap.subject for gap in earlier(CHAIN, opened(), given()).gaps] == [acc("main"), per("hal")]
    scene = force()
    given()(scene)
    then = compliance.past(scene.reg, document(CHAIN), now=NOW, since=0, until=scene.seq)
    assert [(gap.kind, gap.subject) for one in then for gap in one.gaps] == [("approval_missing", per("ned"))]
