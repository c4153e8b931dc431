"""Who may own a new account: the matrix of owner, platform and day of creation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vault.domain.events import Row
from vault.domain.kinds.applies import Applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, Outcome
from vault.domain.strict import Reader


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


def _owner_kinds(table: Reader, clause: str, known: Known) -> OwnerKinds:
    allowed = table.texts("allowed")
    legacy = tuple(_legacy(entry, known) for entry in table.tables("legacy", empty=True))
    if any(entry.owner_kind in allowed for entry in legacy):
        table.refuse("names a kind that is allowed anyway", "legacy")
    barred = table.tables("barred") if table.has("barred") else ()
    return OwnerKinds(
        clause=clause,
        allowed=allowed,
        legacy=legacy,
        barred=tuple(_barred(entry, known) for entry in barred),
        open_list=table.has("open_list") and table.flag("open_list"),
    )


def _barred(table: Reader, known: Known) -> BarredOwner:
    with table:
        return BarredOwner(
            table.texts("owner_kinds"), table.texts("platforms", allowed=known.platforms), known.clause(table)
        )


def _legacy(table: Reader, known: Known) -> LegacyOwner:
    with table:
        return LegacyOwner(table.text("owner_kind"), table.day("created_before"), known.clause(table))


def assess(case: Case, rule: OwnerKinds) -> Outcome:
    """Each account by owner, platform and day of creation; a day that nobody knows shows nothing."""
    out = Outcome()
    for account in case.live(Applies()):
        out.applied += 1
        kind, status, words, clause = _place(rule, account)
        if kind:
            out.miss(kind, account["id"], words, clause, account["added"], status=status)
        else:
            out.show(account["added"])
    return out


def _place(rule: OwnerKinds, account: Row) -> tuple[str, str, str, str]:
    owner, made = account["owner_kind"], account["created_on"]
    if bar := rule.barred_on(account["platform"], owner):
        return "owner_barred", NOT_MET, f"a {owner} account is not for {account['platform']}", bar.clause
    if owner in rule.allowed:
        return "", "", "", ""
    if legacy := rule.legacy_of(owner):
        if made is None:
            words = f"{owner} accounts stay if created before {legacy.created_before}; this one's day is not known"
            return "created_unknown", NOT_EVIDENCED, words, legacy.clause
        if made >= legacy.created_before.isoformat():
            return "owner_not_allowed", NOT_MET, f"a {owner} account of {made}", legacy.clause
        return "", "", "", ""
    # The list is of new accounts: one that was there may be older than the document.
    status = NOT_MET if account["request"] is not None and not rule.open_list else NOT_EVIDENCED
    return "owner_not_named", status, f"the document names no {owner} owner", rule.clause


OWNER_KINDS = Kind(OwnerKinds, _owner_kinds, assess, once=True)
