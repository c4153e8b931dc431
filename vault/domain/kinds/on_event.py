"""What an event asks for: who is told, in which order, what must have been agreed before, or that it may not happen.

Breach routes, leavers, hand-overs, conversions, add-on facilities, disclosures and notices are all of this kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vault.domain import evidence
from vault.domain.events import Row
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import RECORD_CODE, Kind, Known, Rule, record_codes
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, UNDECIDED, Outcome
from vault.domain.strict import Reader

# What the log shows by itself; any other event is a record of that code ("breach.reported").
EVENTS = (
    "person_left",
    "device_lost",
    "account_opened",
    "account_closed",
    "account_frozen",
    "password_changed",
    "grant_given",
    "grant_revoked",
    "request_approved",
    "request_refused",
)
FORBIDDEN, MISSING, OUT_OF_ORDER = "event_not_allowed", "step_missing", "step_out_of_order"
BEFORE, AFTER = TIMES = ("before", "after")


@dataclass(frozen=True, slots=True)
class EventStep:
    """Records that must stand, before or after the event: all of ``done``, or any one. ``by`` as in record_required.

    ``documented``: only with the document that shows it, which is kept with the record.
    """

    done: tuple[str, ...]
    need: str
    when: str
    by: tuple[str, ...]
    clause: str
    documented: bool = False


@dataclass(frozen=True, slots=True)
class OnEvent(Rule):
    """Steps for each event of these names; ``ordered``: each not earlier than the one before it.

    ``forbidden``: the event itself is a breach. ``unless_left``: not where the person concerned had left, which is then
    for the owner to decide.
    """

    kind = "on_event"
    on: tuple[str, ...]
    applies: Applies
    steps: tuple[EventStep, ...]
    ordered: bool
    forbidden: bool
    unless_left: bool
    decision: str


def _read(table: Reader, clause: str, known: Known) -> OnEvent:
    on = table.texts("on")
    if any(name not in EVENTS and not ("." in name and RECORD_CODE.match(name)) for name in on):
        table.refuse(f"may only hold codes of records, or {', '.join(EVENTS)}", "on")
    forbidden = table.flag("forbidden")
    steps = tuple(_step(entry, known) for entry in table.tables("steps", empty=forbidden))
    return OnEvent(
        clause=clause,
        on=on,
        applies=read_applies(table, known),
        steps=steps,
        ordered=table.flag("ordered"),
        forbidden=forbidden,
        unless_left=table.has("unless_left") and table.flag("unless_left"),
        decision=known.decision(table),
    )


def _step(table: Reader, known: Known) -> EventStep:
    with table:
        return EventStep(
            done=record_codes(table, "done"),
            need=table.choice("need", ("all", "any")),
            when=table.choice("when", TIMES),
            by=table.texts("by", empty=True),
            clause=known.clause(table),
            documented=table.has("documented") and table.flag("documented"),
        )


class Event(NamedTuple):
    """One event: whom or what it is of, when, in which entry, and where its records lie."""

    subject: str
    at: str
    entry: int
    about: tuple[str, ...]
    account: str | None
    person: str = ""
    asked: Row | None = None  # the account that a request is for, as far as it is known


def assess(case: Case, rule: OnEvent) -> Outcome:
    """Each event within the document's time, and each of its steps."""
    out = Outcome()
    for event in _events(case, rule):
        account = event.asked or case.accounts.get(event.account or "")
        spoken = event.asked is not None or event.account is not None
        if spoken and (account is None or not case.fits(account, rule.applies)):
            continue
        out.applied += 1
        if rule.forbidden:
            _forbidden(case, rule, out, event)
        else:
            _steps(case, rule, out, event)
    return out


def _forbidden(case: Case, rule: OnEvent, out: Outcome, event: Event) -> None:
    left = rule.unless_left and bool(event.person) and case.people[event.person]["state"] == "left"
    words = f"{' or '.join(rule.on)} is not allowed, and is on record"
    status = UNDECIDED if left else NOT_MET
    out.miss(FORBIDDEN, event.subject, words, rule.clause, event.entry, status=status)


def _steps(case: Case, rule: OnEvent, out: Outcome, event: Event) -> None:
    last = ""
    for step in rule.steps:
        rows = _done(case, step, event)
        found = {row["code"] for row in rows}
        done = found >= set(step.done) if step.need == "all" else bool(found)
        missing = [code for code in step.done if code not in found]
        if not done:
            shown = " with the document that shows it" if step.documented else ""
            words = f"{event.at[:10]}: nothing on record of {' or '.join(missing)}{shown} {step.when} it"
            out.miss(
                MISSING,
                event.subject,
                words,
                step.clause,
                event.entry,
                status=_status(case, step, event),
            )
            continue
        for row in rows:
            out.show(row["seq"], evidence.proof(row))
        first = min(row["occurred_at"] for row in rows)
        if rule.ordered and first < last:
            words = f"{' or '.join(sorted(found))} came before what should come first"
            out.miss(OUT_OF_ORDER, event.subject, words, step.clause, rows[0]["seq"])
        last = max(last, first)


def _status(case: Case, step: EventStep, event: Event) -> str:
    """What should have come before and did not is not met; what may still come is not evidenced yet."""
    late = any(case.by_code.get((about, code)) for about in event.about for code in step.done)
    return NOT_MET if step.when == BEFORE and late else NOT_EVIDENCED


def _done(case: Case, step: EventStep, event: Event) -> list[Row]:
    """Records of the step's codes about the same thing, on the right side of the event."""
    return [
        row
        for about in event.about
        for code in step.done
        for row in case.by_code.get((about, code), ())
        if row["good"]
        and case.counts(row, step.by)
        and (row["evidence"] or not step.documented)
        and (row["occurred_at"] <= event.at if step.when == BEFORE else row["occurred_at"] >= event.at)
    ]


def _events(case: Case, rule: OnEvent) -> Iterator[Event]:
    for name in rule.on:
        for event in _recorded(case, name) if "." in name else _LOGGED[name](case):
            if case.act(event.entry):
                yield event


def _recorded(case: Case, code: str) -> Iterator[Event]:
    for row in case.records:
        if row["code"] == code:
            account = row["about"] if row["about"].startswith("acc-") else None
            yield Event(
                row["about"],
                row["occurred_at"],
                row["seq"],
                (row["about"], row["id"]),
                account,
                row["person"],
            )


def _causes(case: Case, kind: str, of: str) -> Iterator[Event]:
    """Causes of that kind, each of which names what it is of."""
    for row in case.reg.find("cause", kind=kind):
        yield Event(row[of], row["occurred_at"], row["seq"], (row[of],), None)


def _left(case: Case) -> Iterator[Event]:
    return _causes(case, "person_left", "person")


def _lost(case: Case) -> Iterator[Event]:
    return _causes(case, "device_lost", "device")


def _opened(case: Case) -> Iterator[Event]:
    for row in case.accounts.values():
        if row["request"] is not None and row["created_on"]:
            yield Event(row["id"], row["created_on"] + END_OF_DAY, row["added"], (row["id"],), row["id"])


def _closed(case: Case) -> Iterator[Event]:
    for row in case.accounts.values():
        if row["state"] == "closed" and row["closed_at"]:
            yield Event(row["id"], row["closed_at"], row["closed"], (row["id"],), row["id"])


def _frozen(case: Case) -> Iterator[Event]:
    for row in case.freezes:
        yield Event(row["account"], row["occurred_at"], row["seq"], (row["account"],), row["account"])


def _changed(case: Case) -> Iterator[Event]:
    for row in case.changes:
        yield Event(row["account"], row["occurred_at"], row["seq"], (row["account"],), row["account"])


def _given(case: Case) -> Iterator[Event]:
    for row in case.grants:
        if not row["existing"]:
            about = (row["id"], row["account"], row["person"])
            yield Event(row["person"], row["since"] + END_OF_DAY, row["given"], about, row["account"])


def _revoked(case: Case) -> Iterator[Event]:
    for row in case.reg.find("grant_"):
        if row["revoked"] is not None and row["until"]:
            about = (row["id"], row["account"], row["person"])
            yield Event(row["person"], row["until"] + START_OF_DAY, row["revoked"], about, row["account"])


def _approved(case: Case) -> Iterator[Event]:
    return _decided(case, given=True)


def _refused(case: Case) -> Iterator[Event]:
    return _decided(case, given=False)


def _decided(case: Case, *, given: bool) -> Iterator[Event]:
    """Of access, the account is the request's; of a new account what is known of it is what was asked for."""
    for row in case.decided:
        if bool(row["given"]) is given:
            request = case.reg.get("request", id=row["request"]) or {"account": None}
            asked = {**request, "type": None, "request": row["request"], "force": None}
            known = None if request["account"] or "platform" not in request else asked
            about = (row["request"],)
            yield Event(
                row["request"], row["occurred_at"], row["seq"], about, request["account"], asked=known
            )


# A day's own hour is not known: what is on record of that day counts for both sides.
START_OF_DAY, END_OF_DAY = "T00:00:00Z", "T23:59:59Z"
_LOGGED: Mapping[str, Callable[[Case], Iterator[Event]]] = {
    "person_left": _left,
    "device_lost": _lost,
    "account_opened": _opened,
    "account_closed": _closed,
    "account_frozen": _frozen,
    "password_changed": _changed,
    "grant_given": _given,
    "grant_revoked": _revoked,
    "request_approved": _approved,
    "request_refused": _refused,
}


ON_EVENT = Kind(OnEvent, _read, assess, acts=True)
