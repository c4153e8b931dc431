"""What falls due, from everything that has a day: the one place that asks all of it, most urgent first.

Reads each table once: ten thousand accounts are asked in one pass. Further assessors give their own `Due`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from vault.domain.calendar import days_after, london_day
from vault.domain.devices import MOBILE
from vault.domain.due import Due, urgent_first
from vault.domain.events import ADMINISTRATOR, CUSTODIAN, Register, Row
from vault.domain.happened import PLANNED
from vault.domain.interval import WORKING_DAY, add_months
from vault.domain.kinds import renewals
from vault.domain.kinds.case import Case
from vault.domain.kinds.document_review import DocumentReview
from vault.domain.kinds.dormancy import Dormancy, Silence, falls_due
from vault.domain.kinds.record_required import RecordRequired
from vault.domain.kinds.screen_lock import ScreenLockAttestation, attested
from vault.domain.kinds.stand_in import StandIn
from vault.domain.kinds.temporary import TemporaryAccount, ends
from vault.domain.policy import Profile, Strength

SCREEN_LOCK, DEFERRED, LEASE, CLAIM, REVIEW, HOLIDAYS = (
    "screen_lock",
    "deferred_change",
    "rotation_lease",
    "open_claim",
    "document_review",
    "bank_holidays",
)


def all_due(
    reg: Register, profile: Profile, *, today: dt.date, guidance: Sequence[Profile] = ()
) -> list[Due]:
    """Everything, whenever it falls due; ``today`` is a day in London. ``guidance``: documents that rank after it."""
    parts = (
        _accounts(reg, profile, today),
        _screen_locks(reg, profile, today),
        _deferred(reg),
        _leases(reg),
        _claims(reg),
        _review(profile),
        _bank_holidays(profile),
        _planned(reg),
        *(_renewals(reg, document, today) for document in (profile, *guidance)),
    )
    return urgent_first([due for part in parts for due in part])


def _accounts(reg: Register, profile: Profile, today: dt.date) -> Iterator[Due]:
    """Steps of dormancy, and the ends of temporary accounts; of the forces that the document binds."""
    dormancy, temporary = profile.rule(Dormancy), profile.rule(TemporaryAccount)
    uses, done, terms = (_by_account(reg, table) for table in ("account_use", "follow_up", "term"))
    first_given, watched = _first_given(reg), _watched(reg, profile, dormancy, today)
    for account in reg.find("account"):
        id_, bound = account["id"], account["force"] is None or account["force"] in profile.forces
        if dormancy is not None and id_ in watched:
            issued = first_given.get(id_) or account["created_on"]
            used = [row for row in uses[id_] if row["corrected"] is None]
            day = min(dt.date.fromisoformat(issued), today) if issued else None
            yield from falls_due(dormancy, Silence(account, used, done[id_], day), today)
        rule = temporary if bound else None
        yield from ends(
            rule, account, terms[id_], mandatory=rule is not None and _binds(profile, rule.clause)
        )


def _watched(reg: Register, profile: Profile, rule: Dormancy | None, today: dt.date) -> set[str]:
    """The accounts that the document's ladder is about."""
    case = Case(reg, profile, now=f"{today.isoformat()}T12:00:00Z")
    return {row["id"] for row in case.live(rule.applies)} if rule else set()


def _by_account(reg: Register, table: str) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted(reg.find(table), key=lambda row: int(row["seq"])):
        found[row["account"]].append(row)
    return found


def _first_given(reg: Register) -> dict[str, str]:
    """The day since which anybody has had each account."""
    found: dict[str, str] = {}
    for row in reg.find("grant_"):
        found[row["account"]] = min(found.get(row["account"], row["since"]), row["since"])
    return found


def _binds(profile: Profile, clause: str) -> bool:
    """Whether it is a duty: never so in a document that ranks as guidance."""
    return profile.clauses[clause].strength is Strength.MUST and not profile.document.guidance_under


def _screen_locks(reg: Register, profile: Profile, today: dt.date) -> Iterator[Due]:
    rule = profile.rule(ScreenLockAttestation)
    if rule is None:
        return
    for row in reg.find("device", state="in_use"):
        if row["kind"] not in MOBILE:
            continue
        since = attested(row, today.isoformat())
        owner = reg.get("person", id=row["person"]) if row["person"] else None
        gone = owner is not None and owner["state"] == "left"
        words = "its owner has left: retire it, or say whose it is now"
        yield Due(
            what=SCREEN_LOCK,
            subject=row["id"],
            clause=rule.clause,
            due_on=days_after(since, rule.renewal_days) if since else None,
            since=since,
            who=(row["person"],) if owner is not None and not gone else (CUSTODIAN,),
            words=words if gone else "attested anew by then" if since else "never attested",
            mandatory=_binds(profile, rule.clause),
            local=True,
        )


def _deferred(reg: Register) -> Iterator[Due]:
    """What was put off, by account: the first of its days."""
    until: dict[str, list[str]] = defaultdict(list)
    owed = reg.find("obligation", discharged=None)
    for account, day in [(row["account"], row["deferred_until"]) for row in owed if row["deferred_until"]]:
        until[account].append(day)
    for account, days in until.items():
        words = f"{len(days)} to change were put off until then"
        yield Due(DEFERRED, account, "", dt.date.fromisoformat(min(days)), None, (CUSTODIAN,), words)


def _leases(reg: Register) -> Iterator[Due]:
    for row in reg.find("rotation", ended=None):
        day, words = _day(row["lease_until"]), f"{row['state']}, and its owner's time is over then"
        yield Due(LEASE, row["account"], "", day, None, (row["owner"],), words)


def _claims(reg: Register) -> Iterator[Due]:
    """No document gives a number for "immediately": the time that has gone by is shown, and not judged."""
    for row in reg.find("claim", state="open"):
        words = f"{row['kind']}: nobody has decided"
        yield Due(CLAIM, row["id"], "", None, _day(row["occurred_at"]), (CUSTODIAN, ADMINISTRATOR), words)


def _review(profile: Profile) -> Iterator[Due]:
    """The document's own review; where its cover names no day and nothing gives one, that is said."""
    rule, cover = profile.rule(DocumentReview), profile.document
    if rule is None:
        return
    day, since = cover.review_on, cover.effective_on
    if day is None and since is not None and rule.months:
        day = add_months(since, rule.months)
    words = "the document is to be reviewed" if day else "the document names no day for its review"
    yield Due(REVIEW, "", rule.clause, day, since, (), words, _binds(profile, rule.clause))


def _renewals(reg: Register, profile: Profile, today: dt.date) -> Iterator[Due]:
    """Records that lapse, or that something asks for anew."""
    case = Case(reg, profile, now=f"{today.isoformat()}T12:00:00Z")
    asked = [
        r for r in profile.rules(RecordRequired) if profile.clauses[r.clause].strength is not Strength.MAY
    ]
    every = (
        due
        for rule in asked
        for due in renewals.falls_due(case, rule, mandatory=_binds(profile, rule.clause))
    )
    yield from renewals.first_of(every)


def _planned(reg: Register) -> Iterator[Due]:
    """What somebody put on the list until a day, such as a leaver's last: till it ends, or who it is about is gone."""
    gone = {row["id"] for row in reg.find("person", state="left")}
    gone |= {row["id"] for row in reg.find("account", state="closed")}
    for row in reg.find("record", withdrawn=None, ended=None):
        if row["code"].startswith(PLANNED) and row["until"] and row["about"] not in gone:
            day, what = dt.date.fromisoformat(row["until"]), row["code"].removeprefix(PLANNED)
            yield Due(what, row["about"], "", day, _day(row["occurred_at"]), (CUSTODIAN,), "planned")


def _bank_holidays(profile: Profile) -> Iterator[Due]:
    """The next year's, before it begins: from then on no lapse of a working day would be sure."""
    daily = any(rule.every.unit == WORKING_DAY for rule in profile.rules(RecordRequired))
    if daily or any(rule.hours and rule.hours.holidays for rule in profile.rules(StandIn)):
        last = max(profile.holidays.years)
        words = f"the bank holidays of {last + 1} are to be entered ({profile.holidays})"
        yield Due(HOLIDAYS, "", "", dt.date(last, 12, 31), None, (CUSTODIAN,), words, local=True)


def gathered(items: Iterable[Due]) -> list[Due]:
    """The same with one line for each clause of what is done every working day, or was never recorded of many."""
    singly: list[Due] = []
    many: dict[tuple[str, str], list[Due]] = defaultdict(list)
    for due in items:
        if due.what in (renewals.DAILY, renewals.NEVER):
            many[due.what, due.clause].append(due)
        else:
            singly.append(due)
    return urgent_first([*singly, *(_together(dues) for dues in many.values())])


def _together(dues: list[Due]) -> Due:
    """The first of them, and how many there are; persons are named one by one only."""
    first = urgent_first(dues)[0]
    if len(dues) == 1:
        return first
    who = tuple(post for post in first.who if not post.startswith("per-"))
    words = f"{len(dues)} {_OF[first.subject[:3]]}: {first.words}"
    return replace(first, subject="", who=who or (CUSTODIAN,), words=words)


_OF = {"acc": "accounts", "per": "people", "dev": "devices", "grt": "ways of access"}


def _day(time: str) -> dt.date:
    return london_day(dt.datetime.fromisoformat(time))
