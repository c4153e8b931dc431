"""Who acts for whom when the others are not there: out of hours, or in an incident, by which way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from vault.domain.calendar import BankHolidays, in_london, london_day_of
from vault.domain.kinds.applies import WAYS, Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule, read_post, read_posts, record_codes
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import UNDECIDED, Outcome
from vault.domain.strict import Reader

WHEN = ("out_of_hours", "incident")
OFF, WORKED = "off", "worked"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Days (1 is Monday) and times in Europe/London; ``inferred``: the document gives them for something else.

    ``holidays``: where those of the region are days off; None: they are worked.
    """

    days: tuple[int, ...]
    start: dt.time
    end: dt.time
    inferred: bool
    holidays: BankHolidays | None

    def within(self, at: str) -> bool | None:
        """Whether it was in office hours; None: on a day that may have been a bank holiday, for all that is known."""
        local = in_london(dt.datetime.fromisoformat(at))
        day = local.date()
        if local.isoweekday() not in self.days or not self.start <= local.time() < self.end:
            return False
        if self.holidays is None:
            return True
        return not self.holidays.has(day) if self.holidays.knows(day, day) else None


@dataclass(frozen=True, slots=True)
class StandIn(Rule):
    """Holders of ``post`` act for those of ``acts_for``, only then, and have access only by these ways.

    ``hours``: None where the document gives none and nobody has entered them: then nothing is judged. ``incidents``:
    records that begin an incident, in force until ended. ``ways`` empty: it is about authority, not about access.
    """

    kind = "stand_in"
    post: str
    acts_for: tuple[str, ...]
    applies: Applies
    when: str
    hours: OfficeHours | None
    incidents: tuple[str, ...]
    ways: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> StandIn:
    when = table.choice("when", WHEN)
    return StandIn(
        clause=clause,
        post=read_post(table, "post"),
        acts_for=read_posts(table, "acts_for"),
        applies=read_applies(table, known),
        when=when,
        hours=_hours(table.table("hours"), known) if table.has("hours") else None,
        incidents=record_codes(table, "incidents", empty=when != "incident"),
        ways=table.texts("ways", allowed=WAYS, empty=True),
    )


def _hours(table: Reader, known: Known) -> OfficeHours:
    with table:
        days = tuple(int(day) for day in table.texts("days", allowed=("1", "2", "3", "4", "5", "6", "7")))
        start, end = _time(table, "start"), _time(table, "end")
        if start >= end:
            table.refuse("is not after start", "end")
        off = table.choice("bank_holidays", (OFF, WORKED)) == OFF
        return OfficeHours(days, start, end, table.flag("inferred"), known.holidays if off else None)


def _time(table: Reader, key: str) -> dt.time:
    try:
        return dt.time.fromisoformat(table.text(key))
    except ValueError:
        table.refuse("must be a time like 08:00", key)


def assess(case: Case, rule: StandIn) -> Outcome:
    """What holders of the post did in it, and whether it was the time for that."""
    out = Outcome()
    for at, entry, subject in _acts(case, rule):
        out.applied += 1
        wrong = _wrong_time(case, rule, at)
        if wrong is None:
            words = "it is not known which hours are out of hours" + _unknown(rule)
            out.miss("hours_not_entered", subject, words, rule.clause, entry, status=UNDECIDED)
        elif wrong:
            out.miss("stand_in_out_of_turn", subject, f"the {rule.post} acted {wrong}", rule.clause, entry)
        else:
            out.show(entry)
    judge_ways(case, rule, out)
    return out


def judge_ways(case: Case, rule: StandIn, out: Outcome) -> None:
    """Access that a stand-in was given by another way; a post that they stand in for is theirs by itself."""
    if not rule.ways:
        return
    for grant in case.access(rule.applies):
        scopes = case.scopes(case.accounts[grant["account"]])
        own = any(case.holds(grant["person"], post, case.today, scopes) for post in rule.acts_for)
        stands_in = case.holds(grant["person"], rule.post, case.today, scopes) and not own
        if stands_in and case.act(grant["given"]) and not grant["existing"]:
            out.applied += 1
            if grant["kind"] in rule.ways:
                out.show(grant["given"])
            else:
                words = f"the {rule.post} has access by {grant['kind']}, and stands in by another way only"
                out.miss("stand_in_way", grant["person"], words, rule.clause, grant["given"])


def _acts(case: Case, rule: StandIn) -> Iterator[tuple[str, int, str]]:
    for row in case.reg.find("approval", post=rule.post):
        if case.act(row["seq"]):
            yield row["occurred_at"], row["seq"], row["request"]
    for row in case.records:
        if row["post"] == rule.post and case.act(row["seq"]):
            yield row["occurred_at"], row["seq"], row["about"]


def _wrong_time(case: Case, rule: StandIn, at: str) -> str | None:
    """When it was, if that was not the time; None where nobody can say."""
    if rule.when == "incident":
        during = any(
            row["code"] in rule.incidents and row["occurred_at"] <= at and case.stands(row, london_day_of(at))
            for row in case.records
        )
        return "" if during else "outside an incident"
    within = rule.hours.within(at) if rule.hours else None
    return None if within is None else "in office hours" if within else ""


def _unknown(rule: StandIn) -> str:
    """Where the hours are there, it is the year's bank holidays that nobody has entered."""
    return ": nobody has entered that year's bank holidays" if rule.hours else ""


STAND_IN = Kind(StandIn, _read, assess, acts=True)
