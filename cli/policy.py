"""`keyholder policy`: the documents as the vault reads them. Needs no keys, and `show NAME` not even a vault."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, group
from cli.output import Plain
from cli.words import counted
from vault.errors import FindingsExist, UsageProblem, VaultError

if TYPE_CHECKING:
    from vault.domain.compliance import Verdict
    from vault.domain.finding import Finding
    from vault.domain.policy import Clause, Profile
    from vault.ops.compliance import Check, Period

_VERDICTS = (
    "document",
    "clause",
    "strength",
    "status",
    "weight",
    "applies to",
    "findings",
    "proven/document/statement",
    "entries",
)
_SPARE = ("entries", "document", "strength", "proven/document/statement")
_FINDINGS = ("weight", "finding", "about", "what", "clauses", "entries")
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


@policy.command("check", example="keyholder policy check --as-of 31/3/2026", looks_back=True)
@click.option("--document", metavar="PROFILE", help="Judge by that document alone, in force here or not.")
@click.option(
    "--names", is_flag=True, help="Unlock, read registered addresses too, and show names instead of ids."
)
@click.option("--all", "every", is_flag=True, help="Every finding, not only the clauses and their numbers.")
def check(app: App, *, document: str | None, names: bool, every: bool) -> None:
    """Every clause: met, not met, not evidenced …, with findings and the entries that show it. Exit code 7 on a breach.

    Needs no passphrase: it shows ids, codes and counts. Registered addresses are judged with --names only.
    """
    from vault.ops import compliance
    from vault.ops.findings import subject_names

    vault = open_vault(app, unlock=names)
    found = compliance.check(vault, document=document)
    shown = subject_names(vault, {one.subject for one in found.findings}) if names else {}
    _print_check(app, found, shown, every=every or names)
    if found.changed:
        app.out.note("the document's file is not the text that was chosen: keyholder policy choose PROFILE")
    for name in found.by_todays_file:
        app.out.note(f"the words of {name} that were chosen are not kept here: today's file judges")
    if found.breached:
        number = sum(one.breach for one in (*found.verdicts, *found.earlier))
        hint = "keyholder policy explain CLAUSE; every finding: keyholder policy check --all"
        raise FindingsExist(
            f"{counted(number, 'clause that binds is', 'clauses that bind are')} not met", hint=hint
        )


def _print_check(app: App, found: Check, names: dict[str, str], *, every: bool) -> None:
    """JSON is one document with everything; a table and CSV have the clauses, a table then the findings."""
    verdicts = (*found.verdicts, *found.earlier)
    if app.out.format == "json":
        app.out.record(_whole(found, names))
        return
    app.out.rows(_VERDICTS, [_line(verdict) for verdict in verdicts], spare=_SPARE)
    if app.out.format == "table" and found.silent:
        app.out.note(f"not addressed by this document: {', '.join(found.silent)}")
    if app.out.format == "table" and found.unjudged:
        them = counted(found.unjudged, "account is", "accounts are")
        app.out.note(f"{them} of forces that this document does not bind: nothing here judges them")
    if app.out.format == "table" and every:
        app.out.rows(
            _FINDINGS,
            [
                (
                    one.weight,
                    one.kind,
                    names.get(one.subject, one.subject),
                    one.words,
                    _all(one),
                    list(one.evidence),
                )
                for one in found.findings
            ],
        )


def _all(finding: Finding) -> list[str]:
    return [finding.clause, *finding.also]


def _line(one: Verdict) -> Sequence[object]:
    """A verdict as a line: the numbers of entries by how they are known, and the first few of them."""
    shown = [*one.proven[:3], *one.attached[:3], *one.statements[:3]]
    known = f"{len(one.proven)}/{len(one.attached)}/{len(one.statements)}"
    weight = str(one.weight) if one.gaps else ""
    return (
        one.document,
        one.clause,
        str(one.strength),
        str(one.status),
        weight,
        one.applied,
        len(one.gaps),
        known,
        shown,
    )


def _whole(found: Check, names: dict[str, str]) -> dict[str, object]:
    def finding(one: Finding) -> dict[str, object]:
        kind, words, subject, clause, also, weight, evidence = one
        return {
            "kind": kind,
            "words": words,
            "subject": subject,
            "clause": clause,
            "also": also,
            "weight": weight,
            "evidence": evidence,
            "about": names.get(subject, subject),
            "next": one.next,
        }

    def verdict(one: Verdict) -> dict[str, object]:
        # Not `asdict`, which would copy every gap to have it left out here.
        plain = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "gaps"}
        return {**plain, "findings": len(one.gaps)}

    return {
        "profile": found.profile,
        "as of": found.as_of,
        "entries": found.entries,
        "clauses": [verdict(one) for one in found.verdicts],
        "earlier": [verdict(one) for one in found.earlier],
        "findings": Plain(map(finding, found.findings)),
        "not addressed": list(found.silent),
        "not judged": found.unjudged,
        "periods": [_period(one) for one in found.periods],
        "document changed": found.changed,
    }


def _period(one: Period) -> dict[str, object]:
    return {
        "profile": one.profile,
        "since": one.since,
        "until": one.until,
        "same": one.same,
        "words of then": one.then,
    }


@policy.command("explain", example="keyholder policy explain CLAUSE")
@click.argument("clause")
@click.option("--document", metavar="PROFILE", help="The document that the clause is of.")
def explain(app: App, *, clause: str, document: str | None) -> None:
    """One clause: the words, our reading and others, what the vault does about it, what it cannot see, what is open."""
    from vault.ops import compliance

    vault = None
    with suppress(VaultError):
        vault = open_vault(app, unlock=False)
    app.out.record(asdict(compliance.explain(vault, clause, document=document)))


@policy.command("choose", example="keyholder policy choose PROFILE")
@click.argument("name", metavar="PROFILE")
def choose(app: App, *, name: str) -> None:
    """Put a document in force, or the one in force in its new words. For administrators; two where there are two.

    From this entry on the new one judges; what was done before stays judged by the old.
    """
    from vault.ops import compliance

    entry, waits = compliance.choose(open_vault(app), name)
    app.context.changed = True
    app.out.record({"profile": name, "entry": entry, "in force": not waits})
    if waits:
        app.out.note(
            f"it waits: another administrator runs `keyholder confirm {entry}`; until then nothing changes"
        )


def _document(found: Profile) -> dict[str, object]:
    """The facts of the cover page; a blank one is said to be blank."""
    facts = {key.replace("_", " "): value or "not stated" for key, value in asdict(found.document).items()}
    return {**facts, "forces": [force.name for force in found.forces.values()]}


def _clauses(found: Profile) -> list[Sequence[object]]:
    return [(c.key, c.where, str(c.strength), _use(c), c.reading) for c in found.clauses.values()]


def _use(clause: Clause) -> str:
    """Whether a clause is enforced, belongs to one that is, or is recorded only."""
    if clause.rule is not None:
        return f"enforced: {clause.kinds.replace('_', ' ')}"
    further = f", and {', '.join(rule.kind for rule in clause.more)}".replace("_", " ") if clause.more else ""
    return f"part of {clause.part_of}{further}" if clause.part_of else "recorded, not enforced"


def _local(found: Profile) -> list[Sequence[object]]:
    return [(key, entry.value, entry.why) for key, entry in found.local.items()]


def _open(found: Profile) -> list[Sequence[object]]:
    return [(d.key, d.confirmed, d.question, d.reading, list(d.clauses)) for d in found.decisions.values()]
