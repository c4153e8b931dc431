"""The ladders of all documents on named days: what falls due, when, and what stops it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policies.sixth import PROFILES, load
from vault.domain.due import COMING, OPEN, OVERDUE, TODAY, Due, urgent_first
from vault.domain.kinds.dormancy import CHECK, WHOLE_DAYS, Dormancy, Silence, falls_due
from vault.domain.kinds.screen_lock import ScreenLockAttestation
from vault.errors import UsageProblem

Day = str


def rule(name: str) -> Dormancy:
    """The ladder of a document."""
    found = PROFILES[name].rule(Dormancy)
    assert found
    return found


SIXTY, LADDER = rule("northamptonshire"), rule("norfolk_suffolk")


def silence(
    *done: tuple[str, Day] | tuple[str, Day, Day],
    used: Day | None = "2026-01-10",
    how: str = "post",
    **more: Any,
) -> Silence:
    """An account last used on a day, and what was done since: (step, day, until)."""
    account = {"id": "acc-one", "state": more.get("state", "open"), "type": more.get("type")}
    uses = [{"day": used, "how": how}] if used else []
    rows = [{"step": d[0], "day": d[1], "until": d[2] if len(d) > 2 else None} for d in done]
    issued = more.get("issued")
    return Silence(account, uses, rows, dt.date.fromisoformat(issued) if issued else None)


def due(ladder: Dormancy, of: Silence, today: Day = "2027-06-01") -> dict[str, str]:
    """Step → the day on which it is due."""
    found = falls_due(ladder, of, dt.date.fromisoformat(today))
    return {one.what: one.due_on.isoformat() if one.due_on else "" for one in found}


def on(today: Day, of: Silence, what: str = "close", ladder: Dormancy = SIXTY) -> str:
    """How one step stands on a day."""
    day = dt.date.fromisoformat(today)
    return next(one.state(day) for one in falls_due(ladder, of, day) if one.what == what)


def test_M_1_day_60_and_day_61() -> None:  # noqa: N802 - the ids of the edge cases
    """Sixty days after the last use it is due, and overdue the day after; the profile says so once."""
    assert due(SIXTY, silence())["close"] == "2026-03-11"
    states = [on(day, silence()) for day in ("2026-03-10", "2026-03-11", "2026-03-12")]
    assert states == [COMING, TODAY, OVERDUE]
    whole = replace(SIXTY, falls=WHOLE_DAYS)
    assert due(whole, silence())["close"] == "2026-03-12"


def test_M_1_the_change_of_the_clocks_adds_no_day() -> None:  # noqa: N802
    """Sixty days over the last Sunday of March, and of October, are sixty days."""
    for used, closes in (("2026-03-01", "2026-04-30"), ("2026-10-01", "2026-11-30")):
        assert due(SIXTY, silence(used=used))["close"] == closes


def test_M_2_calendar_months_from_the_end_of_a_month() -> None:  # noqa: N802
    """Three and six months from 30 November and 31 August; one further month from 31 January."""
    assert due(LADDER, silence(used="2026-11-30"))["guidance"] == "2027-02-28"
    assert due(LADDER, silence(used="2026-08-31"))["reminder"] == "2027-02-28"
    sent = silence(("reminder", "2027-01-31"), used="2026-05-31")
    assert due(LADDER, sent)["may_close"] == "2027-02-28"


def test_M_3_a_late_reminder_closes_late() -> None:  # noqa: N802
    """Closing is counted from the day on which the reminder was sent, never from when it should have been."""
    assert "may_close" not in due(LADDER, silence())
    late = silence(("reminder", "2026-09-20"))
    assert due(LADDER, late)["may_close"] == "2026-10-20"


def test_M_3_a_reminder_sent_too_early_is_none() -> None:  # noqa: N802
    """One sent in the second month neither is the reminder nor starts the month to the closing."""
    early = silence(("reminder", "2026-03-01"))
    assert due(LADDER, early)["reminder"] == "2026-07-10"
    assert on("2026-07-12", early, "reminder", LADDER) == OVERDUE
    assert "may_close" not in due(LADDER, early)


def test_M_4_a_skipped_step_stays_missing() -> None:  # noqa: N802
    """Guidance that was never offered is still due after the reminder; nothing invents it."""
    found = due(LADDER, silence(("reminder", "2026-07-10")))
    assert found == {"guidance": "2026-04-10", "may_close": "2026-08-10"}


def test_M_5_contact_stops_the_closing() -> None:  # noqa: N802
    """Contact after the reminder, also on its day, stops the closing; a contact before it does not."""
    for day in ("2026-07-10", "2026-07-25"):
        assert due(LADDER, silence(("reminder", "2026-07-10"), ("contact", day))) == {
            "guidance": "2026-04-10"
        }
    before = silence(("contact", "2026-07-09"), ("reminder", "2026-07-10"))
    assert due(LADDER, before)["may_close"] == "2026-08-10"


@pytest.mark.parametrize(("ladder", "how", "counts"), [
    (SIXTY, "automatic", False), (LADDER, "automatic", False), (SIXTY, "reshare", False), (LADDER, "reshare", True),
    (SIXTY, "login", True), (SIXTY, "unknown", True),
])  # fmt: skip
def test_M_6_what_is_use(ladder: Dormancy, how: str, counts: bool) -> None:  # noqa: N802
    """A feed that posts by itself is no use; re-sharing alone is none where the document says so."""
    first = next(iter(due(ladder, silence(how=how, issued="2025-01-01")).values()))
    assert (first > "2026-01-10") is counts


def test_M_7_never_used_counts_from_its_issue() -> None:  # noqa: N802
    """Somebody says that it was never used: counted from the day on which it was given out."""
    of = silence(used="2026-05-01", how="never", issued="2026-04-01")
    assert due(SIXTY, of)["close"] == "2026-05-31"


def test_M_8_a_mitigation_ends() -> None:  # noqa: N802
    """It puts the closing off to the day after its end; the newest end counts, also of one accepted earlier."""
    of = silence(("mitigation", "2026-03-01", "2026-06-30"), ("mitigation", "2026-02-01", "2026-04-30"))
    assert due(SIXTY, of) == {"reminder": "2026-07-01", "close": "2026-07-01"}
    assert on("2026-07-02", of) == OVERDUE
    assert due(SIXTY, silence(("mitigation", "2026-03-01", "2026-03-11")))["close"] == "2026-03-12"
    assert due(SIXTY, silence(("mitigation", "2026-01-11", "2026-02-01")))["close"] == "2026-03-11"


def test_M_9_frozen_waits_where_the_document_lets_it() -> None:  # noqa: N802
    """A frozen account cannot be used: nothing falls due meanwhile, where the profile has the switch on."""
    assert due(SIXTY, silence(state="frozen")) == {}
    assert due(replace(SIXTY, frozen_waits=False), silence(state="frozen"))["close"] == "2026-03-11"
    assert due(SIXTY, silence(state="closed")) == {}


def test_M_10_types_without_a_rule() -> None:  # noqa: N802
    """A type that is silent by design is exempt where the profile says so; a document without ladder has none."""
    exempt = replace(LADDER, exempt_types=("witness_contact",))
    assert due(exempt, silence(type="witness_contact")) == {}
    assert due(exempt, silence(type="main"))
    assert PROFILES["avon_somerset"].rule(Dormancy) is None


def test_M_11_unknown_is_not_unused() -> None:  # noqa: N802
    """Nobody said when it was used: somebody is asked to look, and no step falls due; without any day, no day."""
    assert due(SIXTY, silence(used=None, issued="2026-01-10")) == {CHECK: "2026-02-25"}
    assert due(LADDER, silence(used=None, issued="2026-01-10")) == {CHECK: "2026-04-10"}
    assert due(LADDER, silence(used=None)) == due(LADDER, silence(how="never")) == {CHECK: ""}
    assert on("2026-02-01", silence(used=None), CHECK) == OPEN


def test_M_11_a_use_in_the_future_is_not_believed() -> None:  # noqa: N802
    """A day that has not come yet keeps no account alive."""
    assert due(SIXTY, silence(used="2026-02-01", issued="2026-01-01"), "2026-01-31") == {CHECK: "2026-02-16"}


def test_M_12_must_and_may() -> None:  # noqa: N802
    """One document closes, the other may; a number or a warning of ours is shown as local."""
    day = dt.date(2026, 12, 1)
    closing = {one.what: one for one in falls_due(SIXTY, silence(), day)}
    assert closing["close"].mandatory
    assert not closing["close"].local
    assert closing["reminder"].local
    assert closing["reminder"].due_on == dt.date(2026, 2, 25)
    may = {one.what: one for one in falls_due(LADDER, silence(("reminder", "2026-07-10")), day)}["may_close"]
    assert not may.mandatory
    assert (may.clause, may.who) == ("NS-9.13d", ("corporate_communications",))
    for name in ("west_midlands", "west_midlands_facebook"):
        (only,) = falls_due(rule(name), silence(), day)
        assert (only.what, only.mandatory, only.local) == ("reminder", False, True)


def test_L_16_a_seasonal_account_is_exempt_by_name() -> None:  # noqa: N802
    """An exemption with somebody's leave stops the ladder until it ends."""
    yearly = silence(("exemption", "2026-02-01", "2026-09-30"))
    assert due(SIXTY, yearly, "2026-09-30") == {}
    assert due(SIXTY, yearly, "2026-10-01")["close"] == "2026-03-11"
    assert due(SIXTY, silence(("exemption", "2026-02-01")), "2036-01-01") == {}
    assert due(SIXTY, silence(("exemption", "2026-02-01")), "2026-01-31")["close"] == "2026-03-11"


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 900), st.integers(0, 900))
def test_the_closing_never_comes_before_reminder_and_month(used: dt.date, sent: int, later: int) -> None:
    """Whatever was sent when: there is no closing earlier than a month after a reminder that was due."""
    day = used + dt.timedelta(days=sent)
    today = (day + dt.timedelta(days=later)).isoformat()
    found = due(LADDER, silence(("reminder", day.isoformat()), used=used.isoformat()), today)
    if "may_close" in found:
        assert dt.date.fromisoformat(found["may_close"]) >= day + dt.timedelta(days=28)


def test_urgent_first() -> None:
    """By day; on one day what binds first; what has no day last."""
    day = dt.date(2026, 1, 1)

    def one(what: str, on: dt.date | None, *, binds: bool = False) -> Due:
        return Due(what, "acc-one", "", on, None, (), "", mandatory=binds)

    items = [one("d", None), one("c", day + dt.timedelta(1)), one("b", day), one("a", day, binds=True)]
    assert [due.what for due in urgent_first(items)] == ["a", "b", "c", "d"]


DAMAGED = {
    "working day": ('after = "8 days"', 'after = "working day"', "number of days or months"),
    "weeks": ('after = "8 days"', 'after = "2 weeks"', "number of days or months"),
    "no local": ('early_local = "warning_days"', 'early_local = "patience"', "must be one of"),
    "before": ('since = "reminder"', 'since = "guidance"', "since must be one of"),
    "order": (
        'action = "reminder"',
        'action = "guidance"',
        "does not come before",
    ),
    "use": ('not_use = ["automatic"]', 'not_use = ["singing"]', "may only hold"),
    "falls": ('falls = "whole_days"', 'falls = "some_day"', "falls must be one of"),
    "unknown": ("frozen_waits = false", "frozen_waits = false\nhue = 1", "hue is not a key"),
}
SIXTH = """
[clauses."EL-9"]
where = "9"
strength = "MUST"
kind = "dormancy"
reading = "Silent for eight days: reminded; four more: closed"
[clauses."EL-9".parameters]
applies = { platforms = ["x"] }
not_use = ["automatic"]
exempt_types = ["incident"]
falls = "whole_days"
frozen_waits = false
by = ["press_desk"]
[[clauses."EL-9".parameters.steps]]
action = "reminder"
after = "8 days"
early_local = "warning_days"
since = "last_use"
mandatory = true
stopped_by = []
clause = "EL-9"
[[clauses."EL-9".parameters.steps]]
action = "close"
after_local = "warning_days"
since = "reminder"
mandatory = true
stopped_by = ["contact"]
clause = "EL-9"
"""


def test_a_sixth_document_needs_no_code() -> None:
    """Another ladder, another number, as data alone."""
    from tests.policies.sixth import TEXT

    ladder = load(TEXT + SIXTH).rule(Dormancy)
    assert ladder
    assert due(ladder, silence()) == {"reminder": "2026-01-16"}
    sent = silence(("reminder", "2026-01-16"), state="frozen")
    assert due(ladder, sent) == {"close": "2026-01-20"}
    assert due(ladder, silence(type="incident")) == {}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_refused(name: str) -> None:
    """A ladder that cannot be climbed is refused with file and key."""
    from tests.policies.sixth import TEXT

    old, new, why = DAMAGED[name]
    assert old in SIXTH
    with pytest.raises(UsageProblem, match=why):
        load(TEXT + SIXTH.replace(old, new))


def test_no_other_rule_is_touched() -> None:
    """The documents that had a screen lock rule have it still."""
    assert PROFILES["norfolk_suffolk"].rule(ScreenLockAttestation)
