"""What must stand on record, and what a rule applies to: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import required
from tests.domain.fold import dev, grt, per, req
from tests.domain.judging import (
    LATER,
    MET,
    NONE,
    NOT_MET,
    UNSHOWN,
    Cases,
    check,
    end,
    freeze,
    ned,
    opened,
    post,
    record,
    withdraw,
)

BOTH = (record("seen", per("hal")), record("seen", per("ned")))

CASES: Cases = {
    "nothing on record": (required(), (), UNSHOWN),
    "on record": (required(), (record("seen"),), MET),
    "G-14 withdrawn": (required(), (record("seen"), withdraw), UNSHOWN),
    "R-25 not so": (required(), (record("seen", good=False),), NOT_MET),
    "put right later": (required(), (record("seen", good=False), record("seen", at=LATER)), MET),
    "ended": (required(), (record("seen"), end), NOT_MET),
    "M-14 too old": (required(every='"30 days"'), (record("seen", at="2026-10-01T08:30:00Z"),), NOT_MET),
    "M-14 the last day": (required(every='"30 days"'), (record("seen", at="2026-10-22T08:30:00Z"),), MET),
    "T-7 an older version": (required(version='"2"'), (record("seen", version="1"),), NOT_MET),
    "T-7 this version": (required(version='"2"'), (record("seen", version="2"),), MET),
    "R-5 by nobody in post": (required(by='["press"]'), (record("seen", person=per("ned")),), UNSHOWN),
    "by somebody in post": (required(by='["press"]'), (post("press"), record("seen", person=per("ned"))), MET),
    "R-6 not in post then": (
        required(by='["press"]'), (post("press", since="2026-11-01"), record("seen", person=per("ned"))), UNSHOWN
    ),
    "in another post": (
        required(by='["press"]'), (post("press"), record("seen", person=per("ned"), post="coach")), UNSHOWN
    ),
    "by a custodian": (required(by='["custodian"]'), (record("seen"),), MET),
    "by no custodian": (required(by='["custodian"]'), (record("seen", by="ada", person=per("hal")),), UNSHOWN),
    "T-4 per person": (required("person"), (record("seen", per("hal")),), MET),
    "by oneself": (required("person", by='["self"]'), (record("seen", per("hal"), by="hal"),), MET),
    "not by oneself": (required("person", by='["self"]'), (record("seen", per("hal")),), UNSHOWN),
    "any of two": (required(codes='["a.one", "a.two"]', need='"any"'), (record("a.two"),), MET),
    "one of two": (required(codes='["a.one", "a.two"]'), (record("a.two"),), UNSHOWN),
    "none of two": (required(codes='["a.one", "a.two"]', need='"any"'), (), UNSHOWN),
    "T-5 made unnecessary": (required(unless='["used.before"]'), (record("used.before"),), MET),
    "T-5 of another platform": (
        required("person", per_platform="true"), (record("seen", per("hal"), platform="vimeo"),), UNSHOWN
    ),
    "T-5 of that platform": (required("person", per_platform="true"), (record("seen", per("hal"), platform="x"),), MET),
    "no freeze": (required(after='"freeze"'), (), NONE),
    "A-15 before the freeze": (required(after='"freeze"'), (record("seen"), freeze(None, LATER)), NOT_MET),
    "A-15 after the freeze": (required(after='"freeze"'), (freeze(None), record("seen", at=LATER)), MET),
    "A-15 another reason": (required(after='"freeze"', after_reason='"misuse"'), (freeze("incident"),), NONE),
    "A-15 the person's account": (
        required("person", after='"freeze"', after_reason='"misuse"'), (freeze("misuse"),), UNSHOWN
    ),
    "about a grant": (required("grant"), (record("seen", grt("main")),), MET),
    "about a device": (required("device"), (record("seen", dev("phone")),), MET),
    "no such device": (required("device", applies='{ ownership = ["force"] }'), (), NONE),
    "about the vault": (required("vault"), (record("seen", ""),), MET),
    "T-6 too late": (
        required("person", before='["grant"]'),
        (ned(existing=False, since="2026-09-01"), *BOTH),
        NOT_MET,
    ),
    "T-6 in time": (
        required("person", before='["grant"]'),
        (ned(existing=False, since="2026-11-01"), *BOTH),
        MET,
    ),
    "of its request": (
        required(applies='{ new = true }', before='["open"]'),
        (opened(), record("seen", req("one"))),
        MET,
    ),
    "another platform": (required(applies='{ platforms = ["vimeo"] }'), (), NONE),
    "another owner": (required(applies='{ owner_kinds = ["main"] }'), (), NONE),
    "another type": (required(applies='{ types = ["main"] }'), (), NONE),
    "not that type": (required(applies='{ without_types = ["main"] }'), (record("seen"),), MET),
    "not new": (required(applies="{ new = true }"), (), NONE),
    "not new access": (required("grant", applies="{ new = true }"), (), NONE),
    "marked": (required(applies='{ marks = ["mark.special"] }'), (record("mark.special"),), UNSHOWN),
    "not marked": (required(applies='{ marks = ["mark.special"] }'), (), NONE),
    "marked no more": (required(applies='{ marks = ["mark.special"] }'), (record("mark.special"), end), NONE),
    "marked otherwise": (required(applies='{ without_marks = ["mark.special"] }'), (record("mark.special"),), NONE),
    "that form": (required(applies='{ forms = ["page"] }'), (record("form.page"),), UNSHOWN),
    "no form": (required(applies='{ forms = ["page"] }'), (), NONE),
    "another way": (required("grant", applies='{ ways = ["tool_seat"] }'), (), NONE),
    "R-22 another person type": (required("person", applies='{ person_types = ["cadet"] }'), (), NONE),
    "R-22 that person type": (
        required("person", applies='{ person_types = ["cadet"] }'), (record("person_type.cadet", per("hal")),), UNSHOWN
    ),
    "in another post today": (required("person", applies='{ posts = ["press"] }'), (), NONE),
    "in that post today": (required("person", applies='{ posts = ["press"] }'), (post("press", "hal"),), UNSHOWN),
    "in that role today": (required("person", applies='{ posts = ["holder"] }'), (), UNSHOWN),
    "R-7 covered": (required(applies="{ uncovered = true }"), (), NONE),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
