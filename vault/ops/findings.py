"""What needs attention: counts, this member, and every finding of the register. Needs no keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import findings as rules
from vault.domain.accounts import CLOSED
from vault.domain.contradictions import contradictions
from vault.domain.exposure import owed
from vault.domain.finding import Finding
from vault.domain.paperwork import paperwork
from vault.ops import clock, forces, outside_heads
from vault.ops.names import title
from vault.ops.platforms import platforms
from vault.ops.session import moment

if TYPE_CHECKING:
    from vault.domain.events import Register
    from vault.domain.policy import Profile
    from vault.ops.session import Vault

COUNTED: dict[str, tuple[str, dict[str, str | None]]] = {
    "people": ("person", {"state": "active"}),
    "accounts": ("account", {"state": "open"}),
    "grants in force": ("grant_", {"revoked": None}),
    "devices in use": ("device", {"state": "in_use"}),
    "open rotations": ("rotation", {"ended": None}),
}
_KINDS = {"per": "person", "acc": "account", "dev": "device", "tem": "team", "req": "request"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the vault as this machine has verified it."""

    person: str
    roles: tuple[str, ...]
    profile: str
    entries: int
    newest: str
    counts: dict[str, int]
    outside: str
    findings: tuple[Finding, ...]


def status(vault: Vault) -> Status:
    """Everything that `status` shows, from the verified projection alone."""
    pin = vault.state.pin()
    counts = {words: vault.state.count(table, **equal) for words, (table, equal) in COUNTED.items()}
    counts["components to change"] = len(owed(vault.state))
    return Status(
        person=vault.person,
        roles=tuple(sorted(vault.roles())),
        profile=vault.profile.name,
        entries=vault.follower.size,
        newest=pin.time if pin else "",
        counts=counts,
        outside=outside_heads.words(vault),
        findings=(
            *outside_heads.findings(vault),
            *clock.findings(vault),
            *forces.lifted(vault),
            *all_findings(vault.state, vault.profile, now=moment(vault.clock())),
        ),
    )


def all_findings(reg: Register, profile: Profile, *, now: str) -> list[Finding]:
    """Every finding, the most urgent first; ``now`` is a time in UTC as entries carry it."""
    parts = (
        rules.record(reg),
        rules.reports(reg, profile),
        rules.work(reg, profile, now=now),
        paperwork(reg, profile, now=now),
        contradictions(reg, profile, platforms()),
    )
    return [finding for part in parts for finding in part]


def subject_names(vault: Vault, ids: Iterable[str]) -> dict[str, str]:
    """Id → the name by which it is shown, for those who can read the register; nothing for the others."""
    if not vault.names.reads_details():
        return {}
    by_kind: dict[str, set[str]] = {}
    for id_ in ids:
        if id_[:3] in _KINDS:
            by_kind.setdefault(_KINDS[id_[:3]], set()).add(id_)
    closed = (
        {row["id"] for row in vault.state.find("account", state=CLOSED)} if "account" in by_kind else set()
    )
    return {
        # A handle may have been used again: what was closed under it is told from what is open.
        id_: f"{name} (closed, {id_})" if id_ in closed else name
        for kind, wanted in by_kind.items()
        for id_, details in vault.names.many(kind, wanted).items()
        if (name := title(kind, details))
    }
