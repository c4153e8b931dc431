"""What the policy says before an account is opened or closed, frozen, or somebody is given access to one.

- The vault refuses its own actions, with the clause of the rule that forbids them. A rule that the document does
  not have refuses nothing.
- What has happened outside is a fact: it is never refused here, and `access_shortfalls` says where it falls short.
- Where the document asks its chain for access too ("applying for access to an account" is the same track), the
  request that opened the account covers who asked for it and who was then in the team that it is for; anybody else asks
  anew. Nobody's own approval gives them access.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from vault.domain.approvals import Tally
from vault.domain.decisions import Allowed, Decision, Denied
from vault.domain.kinds.approval_chain import ACCESS, ApprovalChain
from vault.domain.kinds.closing import CloseConsultation
from vault.domain.kinds.own_devices import OwnDeviceRecord
from vault.domain.kinds.owner_kinds import LegacyOwner, OwnerKinds
from vault.domain.kinds.platforms_in_use import PlatformsInUse
from vault.domain.kinds.stop_use import Freeze
from vault.domain.policy import Profile
from vault.domain.ways_out import way_out

OPEN, GIVE, FREEZE, CLOSE = "account_open", "grant_give", "account_freeze", "account_close"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Where a fact falls short of a clause; without a clause, of what the vault can check."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A request for a new account, as it stands on the day of opening."""

    tally: Tally | None
    platform: str
    retired: bool
    owner_kind: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Somebody's access to an account, asked for or held already.

    ``tally`` counts the request that covers it; None if no request does. ``policy`` says whether the account's force
    is one that the profile binds. ``own_device`` is None as long as nobody has asked the person.
    """

    existing: bool
    person_state: str
    account_state: str
    owner_kind: str
    created_on: date | None
    policy: bool
    tally: Tally | None
    own_device: bool | None


def may_open(profile: Profile, opening: Opening) -> Decision:
    """Whether the requested account may be set up now."""
    if opening.retired:
        return Denied(OPEN, "the platform has closed: no account can be opened there")
    owner = may_own(
        profile,
        owner_kind=opening.owner_kind,
        created_on=opening.today,
        action=OPEN,
        platform=opening.platform,
    )
    if not owner:
        return owner
    if opening.tally is not None and not opening.tally:
        return opening.tally.decide(OPEN)
    platform = _platform(profile, opening)
    silent = isinstance(platform, Allowed) and not platform.finding
    return owner if silent and isinstance(owner, Allowed) and owner.finding else platform


def _platform(profile: Profile, opening: Opening) -> Decision:
    """A platform outside the document's list needs the approval of the post that decides on trials."""
    rule = profile.rule(PlatformsInUse)
    if rule is None or opening.platform in rule.platforms:
        return Allowed(clause=opening.tally.clause if opening.tally is not None else "")
    if opening.tally is not None and rule.exception_post in {step.post for step in opening.tally.given}:
        return Allowed(clause=rule.exception_clause, finding="a trial on a channel that is not in use yet")
    post = rule.exception_post.replace("_", " ")
    return Denied(
        OPEN, f"the platform is not one in use: the {post} has not approved it", clause=rule.exception_clause
    )


def may_own(
    profile: Profile, *, owner_kind: str, created_on: date | None, action: str, platform: str = ""
) -> Decision:
    """Whether an account created on that day may have such an owner; a day that nobody knows is a finding."""
    rule = profile.rule(OwnerKinds)
    if rule is None:
        return Allowed()
    kind = owner_kind.replace("_", " ")
    if bar := rule.barred_on(platform, owner_kind):
        return Denied(action, f"no {kind} account is opened on this platform", clause=bar.clause)
    if owner_kind in rule.allowed:
        return Allowed()
    legacy = rule.legacy_of(owner_kind)
    return _old(legacy, kind, created_on, action) if legacy else _unnamed(rule, kind, action)


def _old(legacy: LegacyOwner, kind: str, created_on: date | None, action: str) -> Decision:
    """An owner kind that only accounts from before a day may have."""
    if created_on is None:
        text = f"{kind} accounts stay if created before {legacy.created_before}; it is not known when this one was"
        return Allowed(clause=legacy.clause, finding=text)
    if created_on >= legacy.created_before:
        reason = f"{kind} accounts are only those created before {legacy.created_before}"
        return Denied(action, reason, clause=legacy.clause)
    return Allowed(clause=legacy.clause, finding=f"an old {kind} account passes to somebody else")


def _unnamed(rule: OwnerKinds, kind: str, action: str) -> Decision:
    """An owner kind that the document does not name: refused where its list is closed."""
    if rule.open_list:
        return Allowed(clause=rule.clause, finding=f"the document names no {kind} owner")
    return Denied(action, f"no new account has a {kind} owner", clause=rule.clause)


def may_give(profile: Profile, access: Access) -> Decision:
    """Whether the person may be given the access. What is held already is a fact and never refused."""
    if access.existing:
        return Allowed()
    if access.person_state != "active":
        word = {"left": "has left", "paused": "is paused"}.get(access.person_state, "is not active")
        return Denied(GIVE, reason := f"the person {word}", hint=way_out(reason))
    if access.account_state != "open":
        return Denied(GIVE, reason := f"the account is {access.account_state}", hint=way_out(reason))
    if not access.policy:
        return Allowed(finding="no profile is loaded for the account's force: no rule was asked")
    owner = _given_owner(profile, access)
    return _chain(profile, access) if owner else owner


def _given_owner(profile: Profile, access: Access) -> Decision:
    """Only owner kinds with an exemption matter here: the rule speaks of new accounts, and this one exists."""
    rule = profile.rule(OwnerKinds)
    if rule is None or rule.legacy_of(access.owner_kind) is None:
        return Allowed()
    return may_own(profile, owner_kind=access.owner_kind, created_on=access.created_on, action=GIVE)


def _chain(profile: Profile, access: Access) -> Decision:
    chain = _access_chain(profile, access)
    if chain is None:
        return Allowed()
    if access.tally is None:
        return Denied(
            GIVE,
            "access to an account is approved first, like an account: there is no request for it",
            hint="keyholder account request PLATFORM/HANDLE --access-for PERSON; --existing if held already",
            clause=chain.clause,
        )
    return access.tally.decide(GIVE)


def _access_chain(profile: Profile, access: Access) -> ApprovalChain | None:
    """Who approves access to such an account; None where the document asks nobody for it."""
    rule = profile.rule(ApprovalChain)
    chain = rule.for_owner(access.owner_kind) if rule else None
    return chain if chain is not None and ACCESS in chain.asked_for else None


def access_shortfalls(profile: Profile, access: Access) -> tuple[Shortfall, ...]:
    """Where access that is or will be held falls short."""
    if not access.policy:
        return (Shortfall("", "no profile is loaded for the account's force: no rule was asked"),)
    found = []
    chain, devices = _access_chain(profile, access), profile.rule(OwnDeviceRecord)
    if chain is not None and not access.tally:
        found.append(Shortfall(chain.clause, "no complete approval of this access is on record"))
    owner = _given_owner(profile, access)
    if isinstance(owner, Denied):
        found.append(Shortfall(owner.clause, owner.reason))
    elif owner.finding:
        found.append(Shortfall(owner.clause, owner.finding))
    if devices is not None and devices.answer_required and access.own_device is None:
        found.append(Shortfall(devices.clause, "nobody has recorded whether the person uses an own device"))
    return tuple(found)


def may_freeze(profile: Profile, roles: Collection[str]) -> Decision:
    """Whether a member with these roles may stop the use of an account, or let it go on."""
    rule = profile.rule(Freeze)
    if rule is None or set(rule.roles) & set(roles):
        return Allowed(clause=rule.clause if rule else "")
    return Denied(FREEZE, f"only a {' or '.join(rule.roles)} may suspend an account", clause=rule.clause)


def may_close(profile: Profile, *, consulted: bool, policy: bool) -> Decision:
    """Whether an account may be closed: after the consultation that the document asks for."""
    rule = profile.rule(CloseConsultation)
    if rule is None or not policy or consulted:
        return Allowed(clause=rule.clause if rule else "")
    whom = rule.consult.replace("_", " ")
    return Denied(
        CLOSE,
        f"{whom} was not consulted",
        hint="give --consulted TEXT or @FILE; --existing if it was closed outside already",
        clause=rule.clause,
    )
