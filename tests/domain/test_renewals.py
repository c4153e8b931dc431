"""What lapses, and when: the day that is listed is the last on which the assessor still finds it met."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.clauses import required
from tests.domain.fold import EARLIER, acc, dev, force, grt, per
from tests.domain.judging import LATER, Do, all_of, another, end, freeze, ned, record
from tests.domain.test_kinds import document
from vault.domain import compliance
from vault.domain.compliance import Status
from vault.domain.due import Due
from vault.domain.falling_due import all_due, gathered
from vault.domain.kinds.renewals import (
    AFTER_FREEZE,
    BOOKED,
    DAILY,
    NEVER,
    NEW_VERSION,
    PUT_RIGHT,
    RENEWAL,
)

TODAY = dt.date(2026, 11, 21)
YEAR, DAYS, WORKING = {"every": '"12 months"'}, {"every": '"30 days"'}, {"every": '"working day"'}
ME, TWO = per("hal"), '["a.one", "a.two"]'
PROVISIONAL = 'provisional = { code = "booked", allowed = true, decision = "Q1" }\n'


def fresh(code: str, about: str = acc("main"), **more: object) -> Do:
    """A record of yesterday."""
    return record(code, about, at=LATER, **more)


def dues(clause: str, *acts: Do, today: dt.date = TODAY) -> list[Due]:
    """What falls due by EL-10."""
    scene = force()
    all_of(*acts)(scene)
    return [due for due in all_due(scene.reg, document(clause), today=today) if due.clause == "EL-10"]


CASES: dict[str, tuple[str, tuple[Do, ...], list[tuple[str, str | None]]]] = {
    "T-2 a year from the course": (required("person", **YEAR), (fresh("seen", ME),), [(RENEWAL, "2027-11-20")]),
    "T-2 from the last of them": (
        required("person", **YEAR),
        (record("seen", ME, at="2025-01-01T09:00:00Z"), record("seen", ME, at="2026-02-28T09:00:00Z")),
        [(RENEWAL, "2027-02-28")],
    ),
    "T-2 lapsed": (required(**DAYS), (record("seen", at="2026-10-01T08:30:00Z"),), [(RENEWAL, "2026-10-31")]),
    "once": (required(), (fresh("seen"),), []),
    "once, and not there": (required(), (), []),
    "its own end": (required(), (record("seen", until="2026-12-24"),), [(RENEWAL, "2026-12-24")]),
    "the earlier end": (required(**YEAR), (record("seen", until="2026-12-24"),), [(RENEWAL, "2026-12-24")]),
    "never": (required(**YEAR), (), [(NEVER, None)]),
    "both, the first": (
        required(codes=TWO, **DAYS),
        (fresh("a.one"), record("a.two", at="2026-11-01T09:00:00Z")),
        [(RENEWAL, "2026-12-01")],
    ),
    "both, one there": (required(codes=TWO, **DAYS), (fresh("a.one"),), [(RENEWAL, "2026-12-20"), (NEVER, None)]),
    "either, the longer": (
        required(codes=TWO, need='"any"', **DAYS),
        (fresh("a.one"), record("a.two", at="2026-11-01T09:00:00Z")),
        [(RENEWAL, "2026-12-20")],
    ),
    "either, never": (required(codes=TWO, need='"any"', **DAYS), (), [(NEVER, None)]),
    "not so": (required(**YEAR), (record("seen", good=False),), [(PUT_RIGHT, None)]),
    "withdrawn by nobody in post": (required(by='["press"]', **YEAR), (fresh("seen"),), [(NEVER, None)]),
    "T-7 another version": (required(version='"2"'), (record("seen", version="1"),), [(NEW_VERSION, None)]),
    "T-7 that version": (required(version='"2"'), (record("seen", version="2"),), []),
    "A-15 after the freeze": (required(after='"freeze"'), (freeze(None),), [(AFTER_FREEZE, None)]),
    "A-15 from before": (required(after='"freeze"'), (record("seen"), freeze(None, LATER)), [(AFTER_FREEZE, None)]),
    "A-15 held": (required(after='"freeze"'), (freeze(None), fresh("seen")), []),
    "A-15 no freeze": (required(after='"freeze"', **YEAR), (), []),
    "T-5 made unnecessary": (required(unless='["used"]', **YEAR), (record("used"),), []),
    "T-1 booked": (
        required("person") + PROVISIONAL, (record("booked", ME, until="2026-12-01"),), [(BOOKED, "2026-12-01")]
    ),
    "T-1 booked, and over": (
        required("person", **YEAR) + PROVISIONAL, (record("booked", ME, until="2026-11-01"),), [(NEVER, None)]
    ),
    "T-5 two platforms, the first": (
        required("person", per_platform="true", **DAYS),
        (
            another,
            lambda scene: scene.do(
                "grant.given", grt("two"), by="cal", account=acc("two"), person=ME, kind="tool_seat",
                since="2026-01-01", existing=True,
            ),
            fresh("seen", ME, platform="x"),
            record("seen", ME, platform="flickr", at="2026-11-01T09:00:00Z"),
        ),
        [(RENEWAL, "2026-12-01")],
    ),
    "M-13 each working day": (required(**WORKING), (fresh("seen"),), [(DAILY, "2026-11-23")]),
    "of an account that is closed": (
        required(**YEAR),
        (fresh("seen"), lambda s: s.do("account.closed", acc("main"), by="cal", occurred_at=EARLIER)),
        [],
    ),
    "ended": (required(), (fresh("seen"), end), [(RENEWAL, "2026-11-19")]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_lapses(name: str) -> None:
    """What it is, and its day; None: nobody can say by when."""
    clause, acts, expected = CASES[name]
    found = dues(clause, *acts)
    assert [(due.what, due.due_on and due.due_on.isoformat()) for due in found] == expected
    assert all(due.words and due.who and due.mandatory for due in found)


def test_two_demands_of_a_clause_are_one_line() -> None:
    """The same thing of the same clause is listed once, on the first of the days."""
    plain = document(required(**YEAR), required(codes='["heard"]', **DAYS))
    one, other = (clause.rule for clause in plain.clauses.values() if clause.key != "EL-1")
    assert one
    assert other
    both = replace(plain.clauses["EL-10"], more=(replace(other, clause="EL-10"),))
    scene = force()
    all_of(fresh("seen"), fresh("heard"))(scene)
    every = all_due(scene.reg, replace(plain, clauses={"EL-10": both}), today=TODAY)
    (due,) = [due for due in every if due.clause == "EL-10"]
    assert due.due_on == dt.date(2026, 12, 20)
    assert "heard" in due.words
    assert "seen" in due.words


def test_whose_it_is() -> None:
    """Whom it is about, and whose statement counts; of an account that nobody is named for, the custodians."""
    cases = {
        required("person", **YEAR): (ME,),
        required("person", by='["self"]', **YEAR): (ME,),
        required("person", by='["self", "press"]', **YEAR): (ME, "press"),
        required(by='["press", "chief"]', **YEAR): ("press", "chief"),
        required(**YEAR): ("custodian",),
        required("vault", **YEAR): ("custodian",),
        required("device", **YEAR): (ME,),
        required("grant", **YEAR): (ME,),
    }
    for clause, who in cases.items():
        (due,) = dues(clause)
        assert due.who == who
    (due,) = dues(required("device", **YEAR), fresh("seen", dev("phone")))
    assert (due.subject, due.since) == (dev("phone"), dt.date(2026, 11, 20))


def test_whose_number_it_is() -> None:
    """A local number is marked, and so is a clause that does not bind."""
    local = required().replace('every = "once"', 'every_local = "attestation_days"')
    (due,) = dues(local, fresh("seen"))
    assert (due.local, due.due_on) == (True, dt.date(2027, 2, 28))
    (due,) = dues(required(**DAYS), fresh("seen"))
    assert not due.local


def test_many_are_one_line() -> None:
    """What is done each working day, and what was never recorded, is one line for everybody; the rest stays singly."""
    two = all_of(ned(), another)
    for clause, what, number in (
        (required(**WORKING), NEVER, "2 accounts"),
        (required("person", **YEAR), NEVER, "2 people"),
    ):
        (due,) = gathered(dues(clause, two))
        assert (due.what, due.subject, due.who) == (what, "", ("custodian",))
        assert due.words.startswith(number)
    seen = all_of(two, fresh("seen"), record("seen", acc("two"), at="2026-11-18T09:00:00Z"))
    (daily,) = gathered(dues(required(**WORKING), seen))
    assert (daily.due_on, daily.words.split(":")[0]) == (dt.date(2026, 11, 19), "2 accounts")
    assert len(gathered(dues(required(**YEAR), seen))) == 2


def test_the_bank_holidays_themselves() -> None:
    """Whoever counts working days is to enter next year's before it begins; nobody else is asked."""
    scene = force()
    for clause, asked in ((required(**WORKING), ["2028-12-31"]), (required(**YEAR), [])):
        found = all_due(scene.reg, document(clause), today=TODAY)
        days = [due.due_on.isoformat() for due in found if due.what == "bank_holidays" and due.due_on]
        assert days == asked


times = st.dates(dt.date(2026, 1, 1), dt.date(2026, 11, 21)).map(lambda day: f"{day}T12:00:00Z")
entries = st.lists(
    st.tuples(
        st.sampled_from(["a.one", "a.two"]),
        times,
        st.none() | st.dates(dt.date(2026, 11, 1), dt.date(2027, 12, 31)).map(str),
        st.booleans(),
    ),
    max_size=5,
)
intervals = st.sampled_from(["once", "working day", "30 days", "12 months"])


@given(entries, intervals, st.sampled_from(["all", "any"]))
def test_the_day_is_the_assessors(
    made: list[tuple[str, str, str | None, bool]], every: str, need: str
) -> None:
    """Until the day that is listed it stays met, from the day after it is not; what has no day never lapses."""
    clause = required(codes=TWO, need=f'"{need}"', every=f'"{every}"')
    profile, scene = document(clause), force()
    for code, at, until, good in made:
        record(code, at=at, until=until, good=good)(scene)

    def status(day: dt.date) -> Status:
        found = compliance.assess(scene.reg, profile, now=f"{day}T09:00:00Z")
        return next(verdict.status for verdict in found if verdict.clause == "EL-10")

    listed = [due for due in all_due(scene.reg, profile, today=TODAY) if due.clause == "EL-10"]
    days = [due.due_on for due in listed if due.due_on]
    if status(TODAY) is Status.MET:
        assert len(listed) == len(days) <= 1
        for day in days:
            assert day >= TODAY
            assert status(day) is Status.MET
            assert status(day + dt.timedelta(1)) is not Status.MET
        if not days:
            assert status(dt.date(2100, 1, 1)) is Status.MET
    elif every != "once":
        assert listed, "what is not met is listed"
        assert any(day < TODAY for day in days) or len(days) < len(listed)
