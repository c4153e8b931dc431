"""Whether a secret may be shown, who may prepare a change of it, and whether a change was somebody's to make.

- Shown: to a custodian, or to a member with a secret grant in force. A frozen account is closed to both, but for a
  custodian who is rotating it. A custodian hands a login over only to an active holder, and never to a device that
  is lost, retired or somebody else's.
- Prepared: by custodians.
- A change that happened on the platform is a fact: it is judged, never refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vault.domain import events as e
from vault.domain import grants, rotation
from vault.domain.decisions import Allowed, Decision, Denied
from vault.domain.events import Register, Row

if TYPE_CHECKING:
    from vault.domain.kinds.password_changers import ChangerException, PasswordChangers
    from vault.domain.policy import Profile

_OFF = {
    "lost": "use another one; if somebody has it again: keyholder device found DEVICE",
    "retired": "use another one; one that is used again is registered anew: keyholder device add",
}
HOLD_CODE = "hold.stop_use"  # a record in force: the use of an account, or of all, is stopped
MESSAGES_CODE = "messages."  # a record of whoever has an account's messages read
SHOW, HAND_OVER, ROTATE = "secret_show", "secret_hand_over", "rotation_start"
MEMBERSHIP = ("team_joined", "team_left", "person_left", "grant_revoked")


def may_show(
    reg: Register,
    documents: Callable[[], Sequence[Profile]],
    *,
    account: Row,
    actor: str,
    roles: frozenset[str],
    to: str,
    device: Row | None,
    now: str,
) -> Decision:
    """Whether ``actor`` may have the vault show this account's secret to ``to``, on that device.

    ``documents``, the one in force first and then its guidance, are asked for only where one could refuse: reading them
    takes longer than showing a secret.
    """
    custodian, about = e.CUSTODIAN in roles, account["id"]
    if not custodian and not grants.in_force(reg, account=about, person=actor):
        hint = "ask the Digital Media Team for a grant"
        return Denied(SHOW, "you hold no secret grant for this account", hint, about=about)
    if account["state"] == "frozen" and not (custodian and rotation.open_rotation(reg, about)):
        rule = documents()[0].rule("freeze") or documents()[0].rule("hold")
        hint = "a custodian may rotate it, or lift it with: keyholder account unfreeze"
        return Denied(SHOW, "the account is frozen", hint, rule.clause if rule else "", about)
    if to != actor and not custodian:
        return Denied(HAND_OVER, "only a custodian hands a login over", about=about)
    refused = _may_receive(reg, about, to) if to != actor else None
    decision = _may_be_on(device, to, about) if refused is None else refused
    if decision and _asks(reg, about, to):
        return _document(reg, documents(), account, to, now)
    return decision


def _asks(reg: Register, account: str, person: str) -> bool:
    """Whether a document could ask anything first: of access given here, of who reads messages, or in a stop of use."""
    held = reg.find("grant_", account=account, person=person, kind=grants.SECRET, revoked=None)
    given = bool(held) and not any(row["existing"] for row in held)
    theirs = reg.find("record", about=account, person=person)
    reads = any(row["code"].startswith(MESSAGES_CODE) for row in theirs)
    return given or reads or any(row["withdrawn"] is None for row in reg.find("record", code=HOLD_CODE))


def _document(reg: Register, documents: Sequence[Profile], account: Row, person: str, now: str) -> Decision:
    """What must be so before somebody sees the login; what only should be is the report's."""
    from vault.domain import before

    act = before.Act(what=before.RELEASE, account=account, person=person, way=grants.SECRET)
    profile, *guides = documents
    found = next((one for one in before.unmet(reg, profile, act, now=now, guides=guides) if one.must), None)
    return Allowed() if found is None else found.denied(SHOW, account["id"])


def _may_receive(reg: Register, account: str, person: str) -> Denied | None:
    row = e.require(reg.get("person", id=person), "the person")
    if row["state"] != "active":
        return Denied(HAND_OVER, "the person has left or is paused", about=person)
    if not grants.in_force(reg, account=account, person=person):
        hint = "record who approved it: keyholder grant give"
        return Denied(HAND_OVER, "the person holds no secret grant for this account", hint, about=account)
    return None


def _may_be_on(device: Row | None, person: str, account: str) -> Decision:
    if device is not None and device["state"] != "in_use":
        state = device["state"]
        return Denied(SHOW, f"the device is {state}", _OFF[state], about=account)
    if device is not None and device["person"] not in (None, person):
        hint = (
            "name one of theirs with --on (keyholder device list --owner PERSON), or change the owner first"
        )
        return Denied(SHOW, "the device belongs to somebody else", hint, about=account)
    return Allowed()


def may_rotate(profile: Profile, *, roles: frozenset[str]) -> Decision:
    """Whether somebody with these roles may have the vault make a new password."""
    if e.CUSTODIAN in roles:
        return Allowed()
    from vault.domain.kinds.password_changers import PasswordChangers

    rules = profile.rules(PasswordChangers)
    hint = "what was changed on the platform already is recorded with: keyholder secret set"
    clause = rules[0].clause if len(rules) == 1 else ""  # of several, none is of every account
    return Denied(ROTATE, "only a custodian prepares a new password", hint, clause)


def judge_change(
    reg: Register,
    profile: Profile,
    *,
    account: Row,
    person: str,
    roles: frozenset[str],
    emergency: bool,
    now: str,
) -> Allowed | None:
    """What the document says of a change that was made: allowed by a clause, a finding, or not addressed (None)."""
    from vault.domain.kinds.focus import Focus
    from vault.domain.kinds.password_changers import PasswordChangers

    view = Focus(reg, profile, now=now, account=account)
    rules = (rule for rule in profile.rules(PasswordChangers) if view.fits(account, rule.applies))
    judged = [_judged(reg, rule, account, person, roles, emergency=emergency) for rule in rules]
    return next((one for one in judged if one.finding), next(iter(judged), None))


def _judged(
    reg: Register,
    rule: PasswordChangers,
    account: Row,
    person: str,
    roles: frozenset[str],
    *,
    emergency: bool,
) -> Allowed:
    if roles & frozenset(rule.roles):
        return Allowed(clause=rule.clause)
    occasions = ["emergency"] * emergency + ["membership_change"] * _membership_changed(reg, account["id"])
    for exception in (found for name in (*occasions, "any_time") for found in rule.exceptions_for(name)):
        if _covers(reg, exception, person, account):
            return Allowed(clause=exception.clause)
    return Allowed(clause=rule.clause, finding="the password was changed by somebody who may not")


def _membership_changed(reg: Register, account: str) -> bool:
    causes = (
        reg.get("cause", seq=row["cause"]) for row in reg.find("obligation", account=account, discharged=None)
    )
    return any(cause is not None and cause["kind"] in MEMBERSHIP for cause in causes)


def _covers(reg: Register, exception: ChangerException, person: str, account: Row) -> bool:
    if exception.holders_only:
        return grants.in_force(reg, account=account["id"], person=person)
    return not exception.post or _holds_post(reg, person, exception.post, account)


def _holds_post(reg: Register, person: str, post: str, account: Row) -> bool:
    scopes = (None, account["id"], account["team"])
    return any(row["scope"] in scopes for row in reg.find("post", person=person, post=post, until=None))
