"""Findings of paper: what the document asks for and nothing in the register shows.

Existing accounts and holders are facts: they are in the register without their approvals, and every missing one is
listed here. A rule that the document does not have makes no finding.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from vault.domain.calendar import london_day_of
from vault.domain.devices import MOBILE
from vault.domain.events import Register, Row
from vault.domain.finding import Finding
from vault.domain.findings import days
from vault.domain.kinds.administrator import AccountAdministratorRequired
from vault.domain.kinds.approval_chain import ACCESS, ACCOUNT, ApprovalChain
from vault.domain.kinds.case import Case
from vault.domain.kinds.own_devices import OwnDeviceRecord
from vault.domain.kinds.password_changers import PasswordChangers
from vault.domain.kinds.screen_lock import ScreenLockAttestation, attested
from vault.domain.policy import Profile

LINE_MANAGER = "line_manager"


def paperwork(reg: Register, profile: Profile, *, now: str) -> Iterator[Finding]:
    """Accounts, then their holders, then devices."""
    accounts = [row for row in reg.find("account") if row["state"] != "closed"]
    yield from _without_secret(reg, accounts)
    bound = [row for row in accounts if profile.binds(row["force"])]
    yield from _without_posts(reg, profile, accounts, today=now[:10])
    yield from _without_approval(reg, profile, bound)
    yield from _not_allowed(reg, profile, now)
    yield from _own_devices(reg, profile)
    yield from _screen_locks(reg, profile, now=now)


def _without_secret(reg: Register, accounts: list[Row]) -> Iterator[Finding]:
    stored = {row["account"] for row in reg.find("version", state="current")}
    for row in accounts:
        if row["id"] not in stored:
            words = "no login is stored, so nobody could take the account back"
            yield Finding(
                kind="account_without_secret", words=words, subject=row["id"], evidence=(row["added"],)
            )


def _without_posts(reg: Register, profile: Profile, accounts: list[Row], *, today: str) -> Iterator[Finding]:
    rule = profile.rule(AccountAdministratorRequired)
    asked = {rule.post: rule.clause} if rule else {}
    covered: dict[str, set[str | None]] = defaultdict(set)
    for post in reg.find("post"):
        if post["since"] <= today and (post["until"] is None or post["until"] > today):
            covered[post["post"]].add(post["scope"])
    for name, clause in {**asked, LINE_MANAGER: ""}.items():
        for row in accounts:
            if clause and not profile.binds(row["force"]):
                continue
            if not covered[name] & {None, row["id"], row["team"] or row["id"]}:
                words = f"nobody holds the post {name} for it"
                yield Finding(
                    kind="account_without_post",
                    words=words,
                    subject=row["id"],
                    clause=clause,
                    evidence=(row["added"],),
                )


def _without_approval(reg: Register, profile: Profile, accounts: list[Row]) -> Iterator[Finding]:
    rule = profile.rule(ApprovalChain)
    if rule is None:
        return
    owners = {row["id"]: row["owner_kind"] for row in reg.find("account")}
    for row in accounts:
        if row["request"] is None and ACCOUNT in rule.for_owner(row["owner_kind"]).asked_for:
            words = "it was there before its approval could be asked for, and none is recorded"
            yield Finding(
                kind="account_without_approval",
                words=words,
                subject=row["id"],
                clause=rule.for_owner(row["owner_kind"]).clause,
                evidence=(row["added"],),
            )
    mine = {row["id"] for row in accounts}
    for grant in reg.find("grant_", revoked=None, request=None):
        if grant["account"] not in mine:
            continue
        chain = rule.for_owner(owners[grant["account"]])
        if ACCESS not in chain.asked_for:
            continue
        words = f"has {grant['kind']} of {grant['account']}, and no approval is recorded"
        yield Finding(
            kind="holder_without_approval",
            words=words,
            subject=grant["person"],
            clause=chain.clause,
            evidence=(grant["given"],),
        )


def _not_allowed(reg: Register, profile: Profile, now: str) -> Iterator[Finding]:
    """A password changed by somebody who may not: a breach until custody has changed it again."""
    case, rules = Case(reg, profile, now=now), profile.rules(PasswordChangers)
    for row in reg.find("version", state="current", allowed=0):
        account = reg.find("account", id=row["account"])[0]
        clause = next((rule.clause for rule in rules if case.fits(account, rule.applies)), "")
        words = f"its password was changed by {row['changed_by'] or 'somebody'}, who may not"
        yield Finding(
            kind="deposit_not_allowed",
            words=words,
            subject=row["account"],
            clause=clause,
            evidence=(row["seq"],),
        )


def _own_devices(reg: Register, profile: Profile) -> Iterator[Finding]:
    """Every holder is asked whether they use a device of their own; "none" is an answer, silence is not."""
    rule = profile.rule(OwnDeviceRecord)
    if rule is None or not rule.answer_required:
        return
    answers = {row["person"]: row for row in reg.find("own_device")}
    registered = {row["person"] for row in reg.find("device", ownership="personal")}
    holders: dict[str, int] = {}
    for grant in reg.find("grant_", revoked=None):
        holders.setdefault(grant["person"], grant["given"])
    for person, given in sorted(holders.items(), key=lambda item: item[1]):
        if person in registered:
            continue
        if person not in answers:
            words = "nobody has recorded whether they use a device of their own"
            yield _own("own_device_not_asked", words, person, rule.clause, given)
        elif answers[person]["uses"]:
            words = "uses a device of their own, which is not in the register"
            yield _own("own_device_not_registered", words, person, rule.clause, answers[person]["seq"])


def _own(kind: str, words: str, person: str, clause: str, seq: int) -> Finding:
    return Finding(kind=kind, words=words, subject=person, clause=clause, evidence=(seq,))


def _screen_locks(reg: Register, profile: Profile, *, now: str) -> Iterator[Finding]:
    rule = profile.rule(ScreenLockAttestation)
    if rule is None:
        return
    for row in reg.find("device", state="in_use"):
        wrong = _lock_problem(row, renewal_days=rule.renewal_days, now=now)
        if row["kind"] in MOBILE and wrong:
            yield Finding(
                kind="screen_lock_not_attested",
                words=wrong,
                subject=row["id"],
                clause=rule.clause,
                evidence=(row["added"],),
            )


def _lock_problem(row: Row, *, renewal_days: int, now: str) -> str:
    if row["screen_lock"] == "no":
        return "it has no screen lock"
    if row["screen_lock"] != "yes" or attested(row, london_day_of(now)) is None:
        return "nobody has attested its screen lock"
    if days(row["attested_on"], now) > renewal_days:
        last = dt.date.fromisoformat(row["attested_on"]) + dt.timedelta(days=renewal_days)
        return f"the attestation of its screen lock ran out on {last.isoformat()}"
    return ""
