"""The rules that the vault enforces, one type per kind. Each carries the clause that a refusal cites.

A kind is generic: posts, bodies, mailboxes, dates and orders are parameters from the document. ``clause`` of
a part is the clause which says that part, where it is another one than the rule's own. ``beyond_clause``
marks what we add to a text that is silent; ``decision`` names the open question whose proposed reading was
chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Rule:
    """What all kinds share."""

    kind: ClassVar[str]
    clause: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another post that may give the same approval: a second one named, an escalation, a stand-in."""

    post: str
    clause: str


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One approval. Steps of one stage may come in any order; a later stage waits for the earlier ones."""

    post: str
    stage: int
    clause: str
    alternates: tuple[Alternate, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post that may give it, the one named first in front."""
        return (self.post, *(alternate.post for alternate in self.alternates))


@dataclass(frozen=True, slots=True)
class ApprovalChain(Rule):
    """Who must approve a new account, or access to one, in which order, and what the request must say.

    ``variants`` are the chains of owner kinds for which the document names other approvers.
    """

    kind = "approval_chain"
    steps: tuple[ApprovalStep, ...]
    fields: tuple[str, ...]
    fields_clause: str
    one_person_may_give_several: bool
    variants: tuple[ApprovalVariant, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post that may approve anything, in the document's order."""
        chains = (self, *(variant.chain for variant in self.variants))
        return tuple(dict.fromkeys(post for chain in chains for step in chain.steps for post in step.posts))

    def for_owner(self, owner_kind: str) -> ApprovalChain:
        """The chain for accounts of that owner kind."""
        return next((v.chain for v in self.variants if owner_kind in v.owner_kinds), self)


@dataclass(frozen=True, slots=True)
class ApprovalVariant:
    """The chain of some owner kinds; its clause is the one that names their approvers."""

    owner_kinds: tuple[str, ...]
    chain: ApprovalChain


@dataclass(frozen=True, slots=True)
class PlatformsInUse(Rule):
    """Platforms for which a request needs no decision of its own."""

    kind = "platforms_in_use"
    platforms: tuple[str, ...]
    exception_post: str
    exception_clause: str


@dataclass(frozen=True, slots=True)
class LegacyOwner:
    """An owner kind that only accounts created before a day may have."""

    owner_kind: str
    created_before: date
    clause: str


@dataclass(frozen=True, slots=True)
class BarredOwner:
    """Owner kinds that may not have a new account on some platforms, whatever they may have elsewhere."""

    owner_kinds: tuple[str, ...]
    platforms: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class OwnerKinds(Rule):
    """Who may own a new account.

    ``open_list``: the document names owners without closing the list, so another one is a finding, not refused.
    """

    kind = "owner_kinds"
    allowed: tuple[str, ...]
    legacy: tuple[LegacyOwner, ...]
    barred: tuple[BarredOwner, ...] = ()
    open_list: bool = False

    def legacy_of(self, owner_kind: str) -> LegacyOwner | None:
        """The exemption for that owner kind, if there is one."""
        return next((legacy for legacy in self.legacy if legacy.owner_kind == owner_kind), None)

    def barred_on(self, platform: str, owner_kind: str) -> BarredOwner | None:
        """What keeps that owner kind off that platform, if anything does."""
        barred = (bar for bar in self.barred if platform in bar.platforms and owner_kind in bar.owner_kinds)
        return next(barred, None)


@dataclass(frozen=True, slots=True)
class ChangerException:
    """Who else may change a password, and when. An empty post means anybody, or any holder of the account."""

    occasion: str
    post: str
    reason_required: bool
    clause: str
    decision: str
    holders_only: bool = False


@dataclass(frozen=True, slots=True)
class PasswordChangers(Rule):
    """Who changes passwords. A change by anybody else is recorded all the same, and is a finding."""

    kind = "password_changers"
    roles: tuple[str, ...]
    exceptions: tuple[ChangerException, ...]

    def exception_for(self, occasion: str) -> ChangerException | None:
        """The exception for that occasion, if there is one."""
        return next(iter(self.exceptions_for(occasion)), None)

    def exceptions_for(self, occasion: str) -> tuple[ChangerException, ...]:
        """All exceptions for that occasion, in the document's order."""
        return tuple(exception for exception in self.exceptions if exception.occasion == occasion)


@dataclass(frozen=True, slots=True)
class RotateOnMembershipChange(Rule):
    """Whether somebody's leaving or joining makes the passwords of a team's accounts due."""

    kind = "rotate_on_membership_change"
    leave: bool
    join: bool
    decision: str


@dataclass(frozen=True, slots=True)
class NoticeStep:
    """Recipients who are told together, before those of the next step."""

    recipients: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class LostDevice:
    """The chain for devices of one ownership."""

    ownership: str
    steps: tuple[NoticeStep, ...]
    beyond_clause: bool
    decision: str


@dataclass(frozen=True, slots=True)
class LostDeviceChain(Rule):
    """Who is told of a lost device, in which order. The rotation itself never waits for a notice."""

    kind = "lost_device_chain"
    chains: tuple[LostDevice, ...]

    def for_ownership(self, ownership: str) -> LostDevice | None:
        """The chain for that ownership; None: the document does not say and nothing was chosen."""
        return next((chain for chain in self.chains if chain.ownership == ownership), None)


@dataclass(frozen=True, slots=True)
class OwnDeviceRecord(Rule):
    """Who keeps the record of people using their own devices; "no answer" and "none" differ."""

    kind = "own_device_record"
    keeper: str
    answer_required: bool


@dataclass(frozen=True, slots=True)
class ScreenLockAttestation(Rule):
    """What is attested for each device; ``renewal_days`` comes from the local values."""

    kind = "screen_lock_attestation"
    attest: tuple[str, ...]
    renewal_days: int


@dataclass(frozen=True, slots=True)
class AccountAdministratorRequired(Rule):
    """The post that each account must have filled."""

    kind = "account_administrator_required"
    post: str


@dataclass(frozen=True, slots=True)
class CloseConsultation(Rule):
    """Who is consulted before an account is closed, and what the closing list asks for."""

    kind = "close_consultation"
    consult: str
    checklist: tuple[str, ...]
    checklist_clause: str


@dataclass(frozen=True, slots=True)
class TellOnChange(Rule):
    """Which changes are told, to whom, at which mailbox of each force. A notice carries no secret.

    No mailboxes: the document prints none.
    """

    kind = "tell_on_change"
    changes: tuple[str, ...]
    tell: tuple[NoticeStep, ...]
    mailboxes: tuple[tuple[str, str], ...]
    mailboxes_clause: str
    decision: str

    def mailbox(self, force: str) -> str | None:
        """The mailbox of that force; None where the document prints none."""
        return dict(self.mailboxes).get(force)


@dataclass(frozen=True, slots=True)
class Hold(Rule):
    """Who may order a stop of use, and whose recorded agreement lets a release through all the same."""

    kind = "hold"
    ordered_by: tuple[str, ...]
    released_by: str
    release_clause: str


@dataclass(frozen=True, slots=True)
class Freeze(Rule):
    """Which roles may freeze an account."""

    kind = "freeze"
    roles: tuple[str, ...]
    powers: tuple[str, ...]
