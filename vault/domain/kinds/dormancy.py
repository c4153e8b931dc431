"""What is done about an account that is not used: a ladder of steps, each after so many days or calendar months.

measured from    the last use that counts, or the day on which the reminder was *sent*: a late one closes late
nobody said      unknown is not "unused": somebody is asked to look, and no step falls due
never used       counted from the day on which somebody was first given it
stopped          by contact or an accepted mitigation; when that has run out, the step is due again
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vault.domain import usage
from vault.domain.accounts import TYPES
from vault.domain.calendar import days_after
from vault.domain.due import Due
from vault.domain.events import Row
from vault.domain.interval import DAYS, MONTHS, Interval
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.strict import Reader

LAST_USE = "last_use"
CHECK, CLOSE, MAY_CLOSE = "last_use_check", "close", "may_close"
ACTIONS = (usage.GUIDANCE, usage.REMINDER, CLOSE, MAY_CLOSE)
ON_THE_DAY, WHOLE_DAYS = "on_the_day", "whole_days"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``early``: so many days before, where we warn of a step that the document takes without warning.

    ``local``: the number, or the step itself, is not the document's.
    """

    action: str
    after: Interval
    early: int
    since: str
    mandatory: bool
    stopped_by: tuple[str, ...]
    local: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Dormancy(Rule):
    """``applies``: the accounts that the ladder is about. ``not_use``: uses that do not count.

    ``falls``: on the last day, or once whole days have gone by.
    ``by``: the posts that act. ``frozen_waits``: nothing falls due while the account is frozen.
    """

    kind = "dormancy"
    applies: Applies
    steps: tuple[Step, ...]
    not_use: tuple[str, ...]
    exempt_types: tuple[str, ...]
    falls: str
    frozen_waits: bool
    by: tuple[str, ...]

    def falls_on(self, step: Step, start: dt.date) -> dt.date:
        """The day on which a step is due that is measured from ``start``."""
        last = step.after.next(start) or dt.date.max
        return days_after(last, (self.falls == WHOLE_DAYS) - step.early)

    def step(self, action: str) -> Step:
        """The first step of that name."""
        return next(step for step in self.steps if step.action == action)


@dataclass(frozen=True, slots=True)
class Silence:
    """What the register knows of one account's use; ``issued`` is the day on which
    it was first given to somebody, or set up; None: not known."""

    account: Row
    uses: Sequence[Row]
    done: Sequence[Row]
    issued: dt.date | None


def falls_due(rule: Dormancy, silence: Silence, today: dt.date) -> Iterator[Due]:
    """The next thing for each step that is neither done nor stopped."""
    account = silence.account
    if account["state"] == "closed" or account["type"] in rule.exempt_types:
        return
    if (account["state"] == "frozen" and rule.frozen_waits) or _in_force(silence, usage.EXEMPTION, today):
        return
    uses = [row for row in silence.uses if row["day"] <= today.isoformat()]
    counted = [row["day"] for row in uses if row["how"] not in (usage.NEVER, *rule.not_use)]
    base = dt.date.fromisoformat(max(counted)) if counted else silence.issued
    if not uses or base is None:
        yield _check(rule, silence)
        return
    done = [row for row in silence.done if row["day"] <= today.isoformat()]
    for step in rule.steps:
        yield from _step(rule, step, _Count(account["id"], base, done))


@dataclass(frozen=True, slots=True)
class _Count:
    """From which day an account's silence is counted, and what has been done by now."""

    account: str
    base: dt.date
    done: Sequence[Row]

    def days(self, what: str, *, since: dt.date) -> list[str]:
        """The days of that step from a day on."""
        return [row["day"] for row in self.done if row["step"] == what and row["day"] >= since.isoformat()]


def _check(rule: Dormancy, silence: Silence) -> Due:
    """Nobody has said when it was used last: by the first step's time somebody looks."""
    issued = silence.issued
    return Due(
        what=CHECK,
        subject=silence.account["id"],
        clause=rule.clause,
        due_on=rule.falls_on(rule.steps[0], issued) if issued else None,
        since=issued,
        who=rule.by,
        words="nobody has recorded when it was used last",
        local=True,
    )


def _step(rule: Dormancy, step: Step, count: _Count) -> Iterator[Due]:
    """Due, unless it was done when its time had come: what was sent too early is not the step."""
    start = count.base if step.since == LAST_USE else _sent(rule, rule.step(step.since), count)
    if start is None or (usage.CONTACT in step.stopped_by and count.days(usage.CONTACT, since=start)):
        return
    due = rule.falls_on(step, start)
    if count.days(step.action, since=due):
        return
    words = f"not used since {count.base.isoformat()}"
    if step.since != LAST_USE:
        words += f", reminded {start.isoformat()}"
    accepted = [row["until"] for row in count.done if row["step"] == usage.MITIGATION]
    if usage.MITIGATION in step.stopped_by and max(accepted, default="") >= due.isoformat():
        words += f", accepted until {max(accepted)}"
        due = days_after(dt.date.fromisoformat(max(accepted)), 1)
    yield Due(
        what=step.action,
        subject=count.account,
        clause=step.clause,
        due_on=due,
        since=start,
        who=rule.by,
        words=words,
        mandatory=step.mandatory,
        local=step.local,
    )


def _sent(rule: Dormancy, step: Step, count: _Count) -> dt.date | None:
    """The newest day on which it was sent, its time having come."""
    days = count.days(step.action, since=rule.falls_on(step, count.base))
    return dt.date.fromisoformat(max(days)) if days else None


def _in_force(silence: Silence, what: str, today: dt.date) -> bool:
    day = today.isoformat()
    return any(
        row["step"] == what and row["day"] <= day and (row["until"] is None or row["until"] >= day)
        for row in silence.done
    )


def _read(table: Reader, clause: str, known: Known) -> Dormancy:
    steps = tuple(_read_step(entry, known) for entry in table.tables("steps"))
    for number, step in enumerate(steps):
        if step.since != LAST_USE and step.since not in {earlier.action for earlier in steps[:number]}:
            table.refuse("measures from a step that does not come before", "steps")
    return Dormancy(
        clause=clause,
        applies=read_applies(table, known),
        steps=steps,
        not_use=table.texts("not_use", allowed=usage.USES, empty=True),
        exempt_types=table.texts("exempt_types", allowed=TYPES, empty=True),
        falls=table.choice("falls", (ON_THE_DAY, WHOLE_DAYS)),
        frozen_waits=table.flag("frozen_waits"),
        by=table.texts("by"),
    )


def _read_step(table: Reader, known: Known) -> Step:
    with table:
        early = known.local[table.choice("early_local", known.local)] if table.has("early_local") else 0
        return Step(
            action=table.choice("action", ACTIONS),
            after=_after(table, known),
            early=early,
            since=table.choice("since", (LAST_USE, usage.REMINDER)),
            mandatory=table.flag("mandatory"),
            stopped_by=table.texts("stopped_by", allowed=(usage.CONTACT, usage.MITIGATION), empty=True),
            local=bool(early) or table.has("after_local"),
            clause=known.clause(table),
        )


def _after(table: Reader, known: Known) -> Interval:
    """A number that the document gives, or the local one of days."""
    found = known.interval(table, "after")
    if found.unit not in (DAYS, MONTHS):
        table.refuse("must be a number of days or months", "after")
    return found


def assess(case: Case, rule: Dormancy) -> Outcome:
    """Steps whose day has gone by; where nobody has said when an account was used, nothing is shown."""
    out, today = Outcome(), dt.date.fromisoformat(case.today)
    uses, done = case.by_account("account_use"), case.by_account("follow_up")
    for account in case.live(rule.applies):
        id_ = account["id"]
        issued = case.first_given.get(id_) or account["created_on"]
        day = min(dt.date.fromisoformat(issued), today) if issued else None
        used = [row for row in uses.get(id_, ()) if row["corrected"] is None]
        out.applied += account["type"] not in rule.exempt_types
        for due in falls_due(rule, Silence(account, used, done.get(id_, ()), day), today):
            if due.what == CHECK:
                out.miss(due.what, id_, due.words, due.clause, account["added"], status=NOT_EVIDENCED)
            elif due.mandatory and due.due_on is not None and due.due_on < today:
                words = f"{due.words}: {due.what} was due on {due.due_on.isoformat()}"
                out.miss(f"overdue_{due.what}", id_, words, due.clause, account["added"])
    return out


DORMANCY = Kind(Dormancy, _read, assess, once=True)
