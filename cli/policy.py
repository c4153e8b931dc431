"""`keyholder policy`: the documents as the vault reads them. Needs no keys, and `show NAME` not even a vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, group
from vault.errors import UsageProblem, VaultError

if TYPE_CHECKING:
    from vault.domain.policy import Clause, Profile

_CLAUSES = ("clause", "where", "strength", "use", "reading")
_LOCAL = ("key", "value", "why")
_DECISIONS = ("decision", "confirmed", "question", "reading", "clauses")


@group("policy")
def policy() -> None:
    """The policies, clause by clause, and what the vault does with each."""


@policy.command("list", example="keyholder policy list")
def list_(app: App) -> None:
    """The profiles of this installation, and which one is in force here."""
    from vault.ops.platforms import profile, profiles_available

    chosen = _in_force(app)
    rows = [
        (
            name,
            found.title,
            len(found.clauses),
            sum(bool(c.rule) for c in found.clauses.values()),
            name == chosen,
        )
        for name in profiles_available()
        for found in (profile(name),)
    ]
    app.out.rows(("name", "title", "clauses", "enforced rules", "in force"), rows)


def _in_force(app: App) -> str | None:
    """The name of the profile in force; None where there is no vault to ask."""
    try:
        return open_vault(app, unlock=False).profile.name
    except VaultError:
        return None


@policy.command("show", example="keyholder policy show PROFILE")
@click.argument("name", required=False)
def show(app: App, *, name: str | None) -> None:
    """A profile: its document, each clause with its strength, local values and open decisions. CSV: the clauses."""
    from vault.ops.platforms import profile

    if name and app.as_of is not None:
        hint = "leave out the name: what was in force then is shown"
        raise UsageProblem("a document is the same at any time; --as-of is about the one in force", hint=hint)
    found = profile(name) if name else open_vault(app, unlock=False).profile
    head = {"name": found.name, "title": found.title, **_document(found)}
    tables = {
        "clauses": (_CLAUSES, _clauses(found)),
        "local": (_LOCAL, _local(found)),
        "decisions": (_DECISIONS, _open(found)),
    }
    if app.out.format == "json":
        nested = {
            key: [dict(zip(heads, row, strict=True)) for row in rows] for key, (heads, rows) in tables.items()
        }
        app.out.record({**head, **nested})
    elif app.out.format == "csv":
        app.out.rows(*tables["clauses"])
    else:
        app.out.record(head)
        for heads, rows in tables.values():
            app.out.rows(heads, rows)


def _document(found: Profile) -> dict[str, object]:
    """The facts of the cover page; a blank one is said to be blank."""
    facts = {key.replace("_", " "): value or "not stated" for key, value in asdict(found.document).items()}
    return {**facts, "forces": [force.name for force in found.forces.values()]}


def _clauses(found: Profile) -> list[Sequence[object]]:
    return [(c.key, c.where, str(c.strength), _use(c), c.reading) for c in found.clauses.values()]


def _use(clause: Clause) -> str:
    """Whether a clause is enforced, belongs to one that is, or is recorded only."""
    if clause.rule is not None:
        return f"enforced: {clause.kind.replace('_', ' ')}"
    return f"part of {clause.part_of}" if clause.part_of else "recorded, not enforced"


def _local(found: Profile) -> list[Sequence[object]]:
    return [(key, entry.value, entry.why) for key, entry in found.local.items()]


def _open(found: Profile) -> list[Sequence[object]]:
    return [(d.key, d.confirmed, d.question, d.reading, list(d.clauses)) for d in found.decisions.values()]
