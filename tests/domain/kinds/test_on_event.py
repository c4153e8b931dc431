"""What an event asks for: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import STEP, THEN, on
from tests.domain.fold import EARLIER, Fold, acc, b64, grt, per, req
from tests.domain.judging import (
    LATER,
    MET,
    NONE,
    NOT_MET,
    OPEN,
    UNSHOWN,
    Cases,
    changed,
    check,
    close,
    freeze,
    gone,
    judge,
    lose,
    ned,
    opened,
    post,
    record,
    revoked,
)

FIRST = '{ done = ["agreed.desk"], need = "all", when = "before", by = ["press"], clause = "EL-10" }'

CASES: Cases = {
    "no event": (on("breach.reported"), (), NONE),
    "nobody told yet": (on("breach.reported"), (record("breach.reported"),), UNSHOWN),
    "told": (on("breach.reported"), (record("breach.reported"), record("told.a", at=LATER)), MET),
    "told before it happened": (
        on("breach.reported"),
        (record("breach.reported", at=LATER), record("told.a")),
        UNSHOWN,
    ),
    "X19 in order": (
        on("breach.reported", steps=f"{STEP}, {THEN}"),
        (record("breach.reported"), record("told.a"), record("told.c", at=LATER)),
        MET,
    ),
    "X19 out of order": (
        on("breach.reported", steps=f"{STEP}, {THEN}"),
        (record("breach.reported"), record("told.a", at=LATER), record("told.c")),
        NOT_MET,
    ),
    "R-8 no agreement": (on("facility.live", steps=FIRST), (record("facility.live"),), UNSHOWN),
    "R-8 agreed first": (
        on("facility.live", steps=FIRST),
        (post("press"), record("agreed.desk", person=per("ned")), record("facility.live", at=LATER)),
        MET,
    ),
    "R-8 agreed later": (
        on("facility.live", steps=FIRST),
        (post("press"), record("facility.live"), record("agreed.desk", person=per("ned"), at=LATER)),
        NOT_MET,
    ),
    "L-11 never": (on("converted.personal", steps="", forbidden="true"), (record("converted.personal"),), NOT_MET),
    "L-11 by somebody who had left": (
        on("converted.personal", steps="", forbidden="true", more="unless_left = true"),
        (record("converted.personal", person=per("ned")), gone),
        OPEN,
    ),
    "L-11 by somebody who serves": (
        on("converted.personal", steps="", forbidden="true", more="unless_left = true"),
        (record("converted.personal", person=per("ned")),),
        NOT_MET,
    ),
    "of another account": (
        on("breach.reported").replace("applies = {}", 'applies = { platforms = ["vimeo"] }'),
        (record("breach.reported"),),
        NONE,
    ),
    "another record": (on("breach.reported"), (record("breach.suspected"),), NONE),
    "person left": (on("person_left"), (gone,), UNSHOWN),
    "device lost": (on("device_lost"), (lose,), UNSHOWN),
    "L-9 closed and told": (on("account_closed"), (close, record("told.a", at=LATER)), MET),
    "frozen": (on("account_frozen"), (freeze(None),), UNSHOWN),
    "opened": (on("account_opened"), (opened(),), UNSHOWN),
    "password changed": (on("password_changed"), (changed, record("told.a", at=LATER)), MET),
    "granted": (on("grant_given"), (ned(existing=False),), UNSHOWN),
    "had access before the vault": (on("grant_given"), (ned(existing=True),), NONE),
    "access that nobody has ended": (on("grant_revoked"), (ned(),), NONE),
    "revoked": (
        on("grant_revoked"),
        (revoked, record("told.a", grt("main"), at=LATER)),
        MET,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


@pytest.mark.parametrize(("platform", "asked"), [("x", 1), ("flickr", 0)])
def test_a_filter_narrows_requests(platform: str, asked: int) -> None:
    """A refusal is asked of where the request is for an account that the clause speaks of."""
    clause = on("request_refused").replace("applies = {}", f'applies = {{ platforms = ["{platform}"] }}')
    assert "platforms" in clause

    def refuse(scene: Fold) -> None:
        said = {"platform": "x", "owner_kind": "team", "requester": per("ned"), "details": b64("asked")}
        scene.do("account.requested", req("narrow"), by="cal", **said)
        given = {"post": "press", "person": per("hal"), "occurred_at": EARLIER}
        scene.do("approval.refused", req("narrow"), by="cal", **given)

    def refuse_access(scene: Fold) -> None:
        said = {"account": acc("main"), "person": per("ned"), "requester": per("ned"), "kind": "secret"}
        scene.do("access.requested", req("way"), by="cal", details=b64("asked"), **said)
        given = {"post": "press", "person": per("hal"), "occurred_at": EARLIER}
        scene.do("approval.refused", req("way"), by="cal", **given)

    assert [judge(clause, one).applied for one in (refuse, refuse_access)] == [asked, asked]
