"""From the parameters of a clause to a typed rule; a missing, unknown or ill-typed parameter is refused.

One reader per kind. Parameters that name something defined elsewhere (a platform, a force, a local value, a
decision, another clause) must name something that is there: `Known` holds what may be named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from vault.domain import rules as r
from vault.domain.strict import Reader

RECORDED = "recorded"
PART = "part"
OWNERSHIPS = ("force", "personal")
OCCASIONS = ("emergency", "membership_change", "any_time")
ROLES = ("administrator", "custodian", "holder", "auditor", "desk")


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule's parameters may name."""

    clauses: Collection[str]
    platforms: Collection[str]
    forces: Collection[str]
    decisions: Collection[str]
    local: Mapping[str, int]

    def clause(self, table: Reader, key: str = "clause") -> str:
        """The key of a clause of the same document."""
        name = table.text(key)
        if name not in self.clauses:
            table.refuse("names no clause of this document", key)
        return name

    def decision(self, table: Reader) -> str:
        """The open decision behind a reading, where there is one."""
        return table.choice("decision", self.decisions) if table.has("decision") else ""


def _approval_chain(table: Reader, clause: str, known: Known) -> r.ApprovalChain:
    variants = table.tables("variants") if table.has("variants") else ()
    return replace(
        _one_chain(table, clause, known),
        variants=tuple(_approval_variant(entry, known) for entry in variants),
    )


def _approval_variant(table: Reader, known: Known) -> r.ApprovalVariant:
    with table:
        return r.ApprovalVariant(table.texts("owner_kinds"), _one_chain(table, known.clause(table), known))


def _one_chain(table: Reader, clause: str, known: Known) -> r.ApprovalChain:
    steps = tuple(_approval_step(step, known) for step in table.tables("steps"))
    posts = [post for step in steps for post in step.posts]
    if len(set(posts)) != len(posts):
        table.refuse("names a post twice", "steps")
    return r.ApprovalChain(
        clause=clause,
        steps=steps,
        fields=table.texts("fields", empty=True),
        fields_clause=known.clause(table, "fields_clause"),
        one_person_may_give_several=table.flag("one_person_may_give_several"),
    )


def _approval_step(table: Reader, known: Known) -> r.ApprovalStep:
    alternates = table.tables("alternates") if table.has("alternates") else ()
    with table:
        return r.ApprovalStep(
            table.text("post"),
            table.number("stage", least=1),
            known.clause(table),
            tuple(_alternate(entry, known) for entry in alternates),
        )


def _alternate(table: Reader, known: Known) -> r.Alternate:
    with table:
        return r.Alternate(table.text("post"), known.clause(table))


def _platforms_in_use(table: Reader, clause: str, known: Known) -> r.PlatformsInUse:
    return r.PlatformsInUse(
        clause=clause,
        platforms=table.texts("platforms", allowed=known.platforms),
        exception_post=table.text("exception_post"),
        exception_clause=known.clause(table, "exception_clause"),
    )


def _owner_kinds(table: Reader, clause: str, known: Known) -> r.OwnerKinds:
    allowed = table.texts("allowed")
    legacy = tuple(_legacy(entry, known) for entry in table.tables("legacy", empty=True))
    if any(entry.owner_kind in allowed for entry in legacy):
        table.refuse("names a kind that is allowed anyway", "legacy")
    barred = table.tables("barred") if table.has("barred") else ()
    return r.OwnerKinds(
        clause=clause,
        allowed=allowed,
        legacy=legacy,
        barred=tuple(_barred(entry, known) for entry in barred),
        open_list=table.has("open_list") and table.flag("open_list"),
    )


def _barred(table: Reader, known: Known) -> r.BarredOwner:
    with table:
        return r.BarredOwner(
            table.texts("owner_kinds"), table.texts("platforms", allowed=known.platforms), known.clause(table)
        )


def _legacy(table: Reader, known: Known) -> r.LegacyOwner:
    with table:
        return r.LegacyOwner(table.text("owner_kind"), table.day("created_before"), known.clause(table))


def _password_changers(table: Reader, clause: str, known: Known) -> r.PasswordChangers:
    return r.PasswordChangers(
        clause=clause,
        roles=table.texts("roles", allowed=ROLES),
        exceptions=tuple(_changer(entry, known) for entry in table.tables("exceptions", empty=True)),
    )


def _changer(table: Reader, known: Known) -> r.ChangerException:
    with table:
        holders_only = table.has("holders_only") and table.flag("holders_only")
        if holders_only and table.text("post", blank=True):
            table.refuse("asks for a post and for any holder at once", "holders_only")
        return r.ChangerException(
            occasion=table.choice("occasion", OCCASIONS),
            post=table.text("post", blank=True),
            reason_required=table.flag("reason_required"),
            clause=known.clause(table),
            decision=known.decision(table),
            holders_only=holders_only,
        )


def _rotate_on_membership_change(table: Reader, clause: str, known: Known) -> r.RotateOnMembershipChange:
    return r.RotateOnMembershipChange(clause, table.flag("leave"), table.flag("join"), known.decision(table))


def _lost_device_chain(table: Reader, clause: str, known: Known) -> r.LostDeviceChain:
    chains = tuple(_lost_device(entry, known) for entry in table.tables("chains"))
    if len({chain.ownership for chain in chains}) != len(chains):
        table.refuse("names an ownership twice", "chains")
    return r.LostDeviceChain(clause, chains)


def _lost_device(table: Reader, known: Known) -> r.LostDevice:
    with table:
        return r.LostDevice(
            ownership=table.choice("ownership", OWNERSHIPS),
            steps=_notices(table, "steps", known),
            beyond_clause=table.flag("beyond_clause"),
            decision=known.decision(table),
        )


def _notices(table: Reader, key: str, known: Known) -> tuple[r.NoticeStep, ...]:
    return tuple(_notice(entry, known) for entry in table.tables(key))


def _notice(table: Reader, known: Known) -> r.NoticeStep:
    with table:
        return r.NoticeStep(table.texts("recipients"), known.clause(table))


def _own_device_record(table: Reader, clause: str, _: Known) -> r.OwnDeviceRecord:
    return r.OwnDeviceRecord(clause, table.text("keeper"), table.flag("answer_required"))


def _screen_lock_attestation(table: Reader, clause: str, known: Known) -> r.ScreenLockAttestation:
    renewal = table.choice("renewal_local", known.local)
    return r.ScreenLockAttestation(clause, table.texts("attest"), known.local[renewal])


def _account_administrator_required(table: Reader, clause: str, _: Known) -> r.AccountAdministratorRequired:
    return r.AccountAdministratorRequired(clause, table.text("post"))


def _close_consultation(table: Reader, clause: str, known: Known) -> r.CloseConsultation:
    return r.CloseConsultation(
        clause=clause,
        consult=table.text("consult"),
        checklist=table.texts("checklist", empty=True),
        checklist_clause=known.clause(table, "checklist_clause"),
    )


def _mailboxes(table: Reader, known: Known) -> tuple[tuple[str, str], ...]:
    """One for each force: a document that prints any prints them all."""
    with table.table("mailboxes") as mailboxes:
        by_force = mailboxes.text_by_name()
        for force in known.forces:
            mailboxes.text(force)
        for force in by_force:
            if force not in known.forces:
                mailboxes.refuse("is no force of this document", force)
    return tuple(by_force.items())


def _tell_on_change(table: Reader, clause: str, known: Known) -> r.TellOnChange:
    return r.TellOnChange(
        clause=clause,
        changes=table.texts("changes"),
        tell=_notices(table, "tell", known),
        mailboxes=_mailboxes(table, known) if table.has("mailboxes") else (),
        mailboxes_clause=known.clause(table, "mailboxes_clause"),
        decision=known.decision(table),
    )


def _hold(table: Reader, clause: str, known: Known) -> r.Hold:
    return r.Hold(
        clause=clause,
        ordered_by=table.texts("ordered_by"),
        released_by=table.text("released_by"),
        release_clause=known.clause(table, "release_clause"),
    )


def _freeze(table: Reader, clause: str, _: Known) -> r.Freeze:
    return r.Freeze(clause, table.texts("roles", allowed=ROLES), table.texts("powers"))


READERS: Mapping[str, Callable[[Reader, str, Known], r.Rule]] = {
    r.ApprovalChain.kind: _approval_chain,
    r.PlatformsInUse.kind: _platforms_in_use,
    r.OwnerKinds.kind: _owner_kinds,
    r.PasswordChangers.kind: _password_changers,
    r.RotateOnMembershipChange.kind: _rotate_on_membership_change,
    r.LostDeviceChain.kind: _lost_device_chain,
    r.OwnDeviceRecord.kind: _own_device_record,
    r.ScreenLockAttestation.kind: _screen_lock_attestation,
    r.AccountAdministratorRequired.kind: _account_administrator_required,
    r.CloseConsultation.kind: _close_consultation,
    r.TellOnChange.kind: _tell_on_change,
    r.Hold.kind: _hold,
    r.Freeze.kind: _freeze,
}
