"""Gates before an event: what the document wants agreed first, in its order."""

from __future__ import annotations

import pytest

from tests.domain.acts import MAIN, ME, REQUEST, TODAY, asked, asks, event, gaps, stands
from tests.domain.clauses import on
from tests.domain.fold import EARLIER, TIME, Fold, acc, force, req
from tests.domain.judging import record
from vault.domain import before
from vault.domain.before import Unmet
from vault.domain.kinds.record_required import GATES
from vault.domain.policy import Profile

FIRST_STEP = '{ done = ["agreed.one"], need = "all", when = "before", by = [], clause = "EL-10" }'


SECOND_STEP = (
    '{ done = ["agreed.two", "agreed.three"], need = "any", when = "before", by = [], clause = "EL-10" }'
)


LATER_STEP = '{ done = ["told.one"], need = "all", when = "after", by = [], clause = "EL-10" }'


ABOUT = {
    "request_refused": (before.REFUSAL, req("new"), f"request {req('new')}"),
    "request_approved": (before.APPROVAL, req("new"), f"request {req('new')}"),
    "account_opened": (before.OPEN, req("new"), f"request {req('new')}"),
    "grant_given": (before.GRANT, ME, f"person {ME}"),
    "account_closed": (before.CLOSE, MAIN, f"account {MAIN}"),
}


def before_event(scene: Fold, profile: Profile, name: str) -> tuple[Unmet, ...]:
    """What stands before the act that is the event."""
    what = ABOUT[name][0]
    more: dict[str, object] = {"request": req("new")} if what in (before.REFUSAL, before.APPROVAL) else {}
    if name.startswith("request") or what == before.OPEN:
        more["account"] = before.opened(REQUEST, today=TODAY, owner_kind="team")
    if what in (before.OPEN, before.CLOSE):
        more["person"] = ""
    return stands(scene, profile, what, **more)


@pytest.mark.parametrize("there", [(), ("agreed.one",), ("agreed.three",), ("agreed.one", "agreed.two")])
@pytest.mark.parametrize("name", ABOUT)
def test_what_comes_before_an_event(name: str, there: tuple[str, ...]) -> None:
    """Refused until each step is on record, as the report finds it after the act; a step after it is not asked yet."""
    profile = asks(on(name, steps=f"{FIRST_STEP}, {SECOND_STEP}"))
    later = asks(on(name, steps=f"{FIRST_STEP}, {SECOND_STEP}, {LATER_STEP}"))
    scene, subject = force(), ABOUT[name][1]
    asked(scene)
    for code in there:
        record(code, subject)(scene)
    found = before_event(scene, later, name)
    assert len(found) == 2 - len(there)
    assert all(one.must and one.clause == "EL-10" for one in found)
    event(scene, name)
    assert [one.words for one in found] == gaps(scene, profile, subject, acc("new"))


@pytest.mark.parametrize("name", ABOUT)
def test_the_command_for_a_step(name: str) -> None:
    """It says about what: all of the codes, or any one of them, and by whom."""
    by = SECOND_STEP.replace("by = []", 'by = ["press"]')
    scene = force()
    asked(scene)
    first, second = before_event(scene, asks(on(name, steps=f"{FIRST_STEP}, {by}")), name)
    about = ABOUT[name][2]
    assert first.hint == f"keyholder record add agreed.one --about {about}"
    assert second.hint == (
        f"keyholder record add agreed.two --about {about} --by PERSON --post press"
        f" or: keyholder record add agreed.three --about {about} --by PERSON --post press"
    )


@pytest.mark.parametrize("name", ABOUT)
def test_an_event_that_may_not_be(name: str) -> None:
    """The act is refused; another act is not, nor an act that the rule does not apply to."""
    scene = force()
    asked(scene)
    (found,) = before_event(scene, asks(on(name, steps="", forbidden="true")), name)
    assert found.must
    assert "forbids it" in found.hint
    others = [one for one in ABOUT if one != name]
    assert before_event(scene, asks(on(*others, steps="", forbidden="true")), name) == ()


def test_steps_in_the_wrong_order() -> None:
    """Both are there, the second first: refused until it is said again."""
    clause = on("account_closed", steps=f"{FIRST_STEP}, {SECOND_STEP}")
    scene = force()
    record("agreed.two", at=EARLIER)(scene)
    record("agreed.one", at=TIME)(scene)
    (found,) = before_event(scene, asks(clause), "account_closed")
    assert "came before what should come first" in found.words
    scene = force()
    record("agreed.one", at=EARLIER)(scene)
    record("agreed.two", at=TIME)(scene)
    assert before_event(scene, asks(clause), "account_closed") == ()


@pytest.mark.parametrize("name", ["account_frozen", "grant_revoked", "password_changed", "person_left"])
def test_what_protects_waits_for_nothing(name: str) -> None:
    """No act is stopped by a step before these."""
    profile = asks(on(name, steps=FIRST_STEP))
    assert not any(stands(force(), profile, what) for what in (*GATES, before.REFUSAL))
