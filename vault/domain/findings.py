"""Where the register falls short: derived from the projection and the profile, never remembered.

A finding is a value: its kind, what it is about, the clause where the document has a rule of that kind, and the
log positions that prove it. Its words hold ids, codes, dates and counts only, so it can be shown without keys.

    record     the log itself: void entries, entries that wait, epochs due, recovery, administrators
    reports    open claims, people who were not told
    work       what must be changed, by class; rotations that stand still
    paper      what the document asks for and nothing shows       (`vault.domain.paperwork`)
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from vault.domain import keys, voices
from vault.domain.events import AUDITOR, STAFF, Register, Row
from vault.domain.exposure import LIVE
from vault.domain.finding import Finding
from vault.domain.kinds.lost_device import LostDeviceChain
from vault.domain.kinds.membership import RotateOnMembershipChange
from vault.domain.policy import Profile


def record(reg: Register) -> Iterator[Finding]:
    """The log itself and who keeps it."""
    for row in reg.find("void"):
        words = f"{row['event']} {_effect(reg, row)}: {row['reason']}"
        yield Finding(kind="void_entry", words=words, evidence=(row["seq"],))
    for row in filter(partial(keys.stands, reg), reg.find("pending", confirmed=None)):
        words = f"{row['event']} waits for a second administrator"
        yield Finding(
            kind="waiting_for_confirmation", words=words, subject=row["subject"], evidence=(row["seq"],)
        )
    for team in keys.TEAM_ROLES:
        if keys.epoch_due(reg, team):
            words = f"the {team} team's keys are older than its last change: nothing is accepted for it"
            yield Finding(kind="epoch_due", words=words)
    yield from _skipped(reg)
    yield from _recovery(reg)
    yield from _silenced(reg)
    yield from _own_auditors(reg)
    yield from _administrators(reg)


def _own_auditors(reg: Register) -> Iterator[Finding]:
    """Somebody who audits what they keep themselves: allowed in a small force, and always shown."""
    roles: dict[str, dict[str, int]] = defaultdict(dict)
    for row in reg.find("role", until=None):
        roles[row["person"]][row["role"]] = row["since"]
    for person, held in roles.items():
        if AUDITOR in held and held.keys() & STAFF:
            words = f"an auditor who is also {' and '.join(sorted(held.keys() & STAFF))}"
            yield Finding(kind="auditor_of_own_work", words=words, subject=person, evidence=(held[AUDITOR],))


def _administrators(reg: Register) -> Iterator[Finding]:
    """Whether two could agree, and whose keys may be in another administrator's hand."""
    rows = voices.heard(reg)
    for row in rows:
        if voices.others(row):
            words = (
                f"this administrator's keyset was enrolled by {', '.join(sorted(voices.others(row)))}: beside them "
                "it confirms nothing, until somebody else has compared its words and vouched for it"
            )
            yield Finding(
                kind="speaks_for_another", words=words, subject=row["person"], evidence=(row["added"],)
            )
    if voices.two(reg):
        return
    first = next((row["person"] for row in rows), "")
    ended = sorted({one["seq"] for row in rows for one in voices.removals(reg, voices.speaks(row))})
    if ended and not any(voices.alone(reg, row["id"]) for row in rows):
        words = (
            "ended the other administrators, so what takes two waits for somebody else, or for the kit's use"
        )
        yield Finding(kind="alone_by_own_act", words=words, subject=first, evidence=tuple(ended))
        return
    words = "what should take two administrators takes effect at once"
    yield Finding(kind="only_one_administrator", words=words, subject=first)


def _effect(reg: Register, row: Row) -> str:
    """The log library knows no roles: it may obey an entry about who signs that the register holds void."""
    if any(row["seq"] in (signer["added"], signer["revoked"]) for signer in reg.find("signer")):
        return "counts for nothing here, but the log has changed who signs"
    return "has no effect"


def _skipped(reg: Register) -> Iterator[Finding]:
    """An epoch that somebody left out: until either of the two is of the team no more, and nothing is sealed to it."""
    for row in reg.find("epoch"):
        if row["skipped"] is None:
            continue
        by = next(iter(reg.find("epoch", seq=row["skipped"])), row)
        live = [one for one in reg.find("version", epoch=row["id"]) if one["state"] in LIVE]
        if live or all(_of_team(reg, one) for one in (row, by)):
            words = (
                f"epoch {row['number']} of {row['team']} was left out: it did not open for who made the next"
            )
            more = f"; {len(live)} versions are sealed to it" if live else ""
            author = reg.get("keyset", id=row["author"]) or {}
            yield Finding(
                kind="epoch_skipped",
                words=words + more,
                subject=author.get("person") or row["author"],
                evidence=(row["seq"], row["skipped"]),
            )


def _of_team(reg: Register, epoch: Row) -> bool:
    """Whether the author of an epoch is of its team today."""
    return epoch["author"] in keys.team_keysets(reg, epoch["team"])


def _silenced(reg: Register) -> Iterator[Finding]:
    """Keys that the register counts on and the log obeys no more: somebody revoked them who had no right to."""
    revoked = {row["id"]: row["revoked"] for row in reg.find("signer") if row["revoked"] is not None}
    for row in reg.find("keyset", revoked=None):
        if row["id"] in revoked and row["purpose"] in ("member", "recovery"):
            kit = row["purpose"] == "recovery"
            words = "the recovery kit" if kit else "a member's keys"
            yield Finding(
                kind="recovery_kit_silenced" if kit else "keyset_silenced",
                words=f"{words} can sign no more, though nobody with the right to end them did",
                subject=row["person"] or row["id"],
                evidence=(revoked[row["id"]],),
            )


def _recovery(reg: Register) -> Iterator[Finding]:
    """A kit that was used, or that somebody saw who has left, stays a finding until there is another kit."""
    in_force = reg.find("recovery", until=None)
    newest = max((row["since"] for row in in_force), default=-1)
    for row in reg.find("recovery_use"):
        if row["seq"] > newest:
            words = "the recovery kit was used to admit an administrator"
            yield Finding(kind="recovery_used", words=words, subject=row["admits"], evidence=(row["seq"],))
    for row in in_force:
        person = reg.get("person", id=row["person"])
        if person is not None and person["state"] == "left":
            words = "somebody who saw the recovery kit has left"
            yield Finding(
                kind="kit_seen_by_leaver", words=words, subject=row["person"], evidence=(row["since"],)
            )


def reports(reg: Register, profile: Profile) -> Iterator[Finding]:
    """What was said and not yet decided, and who was not told."""
    for row in reg.find("claim", state="open"):
        words = f"{row['kind']} since {row['occurred_at'][:10]}: nobody has decided"
        yield Finding(kind="open_claim", words=words, subject=row["id"], evidence=(row["seq"],))
    for row in sorted(reg.find("notice", told_at=None), key=lambda row: (row["cause"], row["position"])):
        cause = reg.get("cause", seq=row["cause"])
        device = reg.get("device", id=cause["device"]) if cause else None
        back = " (it is back: say that, too)" if device and device["state"] != "lost" else ""
        yield Finding(
            kind="not_told",
            words=f"{row['recipient']} has not been told of the lost device{back}",
            subject=device["id"] if device else "",
            clause=notice_clause(profile, device, row["recipient"]),
            evidence=(row["cause"],),
        )


def notice_clause(profile: Profile, device: Row | None, recipient: str) -> str:
    """The clause that has this recipient told, of a device of that ownership."""
    rule = profile.rule(LostDeviceChain)
    chain = rule.for_ownership(device["ownership"]) if rule and device else None
    steps = chain.steps if chain else ()
    return next((step.clause for step in steps if recipient in step.recipients), "")


def work(reg: Register, profile: Profile, *, now: str) -> Iterator[Finding]:
    """What is owed, by class and cause, and rotations that nobody moves."""
    owed: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in reg.find("obligation", discharged=None):
        put_off = row["deferred_until"] is not None and row["deferred_until"] >= now[:10]
        owed[(4 if put_off else row["class"]), row["cause"]].append(row)
    for (grade, seq), rows in sorted(owed.items()):
        yield _owed(reg, profile, grade=grade, seq=seq, rows=rows, now=now)
    for row in reg.find("rotation", ended=None):
        evidence = (row["started"],)
        if row["state"] == "unknown":
            words = "nobody knows which password the platform has: try the new one, then the old one"
            yield Finding(kind="rotation_unknown", words=words, subject=row["account"], evidence=evidence)
        if row["lease_until"] < now:
            words = f"{row['state']}, and nobody has moved it since {row['lease_until'][:10]}"
            yield Finding(
                kind="rotation_stands_still", words=words, subject=row["account"], evidence=evidence
            )


def _owed(reg: Register, profile: Profile, *, grade: int, seq: int, rows: list[Row], now: str) -> Finding:
    cause = reg.get("cause", seq=seq) or {}
    accounts = {row["account"] for row in rows}
    kind, since = str(cause.get("kind", "")), str(cause.get("occurred_at", now))
    subjects = (cause.get(of) for of in ("device", "person", "account"))
    rule = profile.rule(RotateOnMembershipChange) if kind.startswith("team_") else None
    until = f", put off to {min(row['deferred_until'] for row in rows)}" if grade == 4 else ""
    return Finding(
        kind=f"owed_class_{grade}" if grade < 4 else "put_off",
        words=f"{len(rows)} to change on {len(accounts)} accounts, {kind}, {days(since, now)} days{until}",
        subject=next((str(subject) for subject in subjects if subject), ""),
        clause=rule.clause if rule else "",
        evidence=(seq,),
    )


def days(since: str, now: str) -> int:
    """Whole days between two dates or times."""
    return (dt.date.fromisoformat(now[:10]) - dt.date.fromisoformat(since[:10])).days
