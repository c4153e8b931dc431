"""The documents side by side, written from the profiles: ``python -m vault.store.policy_page docs/policies.md``.

What follows the line `KEPT` in the page is written by hand and stays when the page is written anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from vault.domain.kinds.base import PART, RECORDED
from vault.domain.kinds.registry import KINDS
from vault.domain.policy import Clause, Profile, Strength
from vault.store.profiles import available, load_profile

KEPT = "<!-- By hand from here on. -->"
_MARK = f"{KEPT}\n"
NONE = "not addressed"
INTRODUCTION = """\
# The policies side by side

Written from `vault/policies/*.toml` by `python -m vault.store.policy_page docs/policies.md`. A document is data: a
further one needs a file and no line of code.

A clause is **enforced** where the vault acts on it by a kind of rule, **part** where it says part of another clause's
rule, and **recorded** where it is listed and nothing acts on it yet. "Not addressed" is neither permission nor
compliance."""


def page(profiles: Sequence[Profile]) -> str:
    """The written part of the page."""
    parts = [INTRODUCTION, *_documents(profiles), *_rules(profiles)]
    for profile in profiles:
        parts += [f"## {profile.title}", *_open(profile), *_clauses(profile)]
    return "\n\n".join(parts) + "\n"


def _documents(profiles: Sequence[Profile]) -> Iterator[str]:
    yield "## Documents"
    head = ("", "number", "version", "in effect", "review", "binds", "ranks", "mail domains")
    yield _table((head, *((f"`{p.name}`", *_cover(p)) for p in profiles)))
    columns = (*Strength, "enforced", PART, RECORDED, "all")
    yield _table((("clauses", *columns), *((f"`{p.name}`", *_counts(p)) for p in profiles)))


def _cover(profile: Profile) -> tuple[str, ...]:
    cover, forces = profile.document, profile.forces.values()
    rank = f"guidance under `{cover.guidance_under}`" if cover.guidance_under else "first"
    domains = ", ".join(domain for force in forces for domain in force.mail_domains)
    return (
        cover.number or "none",
        cover.version or "none",
        _day(cover.effective_on),
        _day(cover.review_on),
        ", ".join(force.name for force in forces),
        rank,
        domains or "none printed",
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else "none"


def _counts(profile: Profile) -> Iterator[str]:
    clauses = [clause for clause in profile.clauses.values() if not clause.sub_of]
    for strength in Strength:
        yield str(sum(clause.strength is strength for clause in clauses))
    yield str(sum(clause.rule is not None for clause in clauses))
    for kind in (PART, RECORDED):
        yield str(sum(clause.kind == kind for clause in clauses))
    yield str(len(clauses))


def _rules(profiles: Sequence[Profile]) -> Iterator[str]:
    yield "## Which document has which rule"
    head = ("rule", *(f"`{p.name}`" for p in profiles))
    yield _table((head, *((kind, *(_sources(p, kind) for p in profiles)) for kind in KINDS)))


def _sources(profile: Profile, kind: str) -> str:
    clauses = profile.clauses_of(kind)
    holds = {clause.key for clause in clauses if any(rule.kind == kind for rule in clause.rules)}
    own = ", ".join(clause.key for clause in clauses if clause.key in holds) or NONE
    parts = ", ".join(clause.key for clause in clauses if clause.key not in holds)
    return f"{own} (with {parts})" if parts else own


def _open(profile: Profile) -> Iterator[str]:
    yield "### Open decisions"
    head = ("decision", "question", "reading until it is decided", "clauses")
    rows = [(d.key, d.question, d.reading, ", ".join(d.clauses)) for d in profile.decisions.values()]
    yield _table((head, *rows))
    ambiguous = [clause for clause in profile.clauses.values() if clause.alternatives]
    if ambiguous:
        yield "### Other readings of the same words"
        yield _table(
            (
                ("clause", "ours", "others"),
                *((c.key, c.reading, " / ".join(c.alternatives)) for c in ambiguous),
            )
        )
    yield "### Local values"
    yield _table((("value", "", "why"), *((k, str(v.value), v.why) for k, v in profile.local.items())))


def _clauses(profile: Profile) -> Iterator[str]:
    yield "### Clauses"
    head = ("clause", "where", "strength", "what the vault does", "reading")
    rows = [(c.key, c.where, str(c.strength), _status(c), c.reading) for c in profile.clauses.values()]
    yield _table((head, *rows))


def _status(clause: Clause) -> str:
    if clause.rule:
        return f"enforced: {clause.kinds}"
    further = f"; enforced: {', '.join(rule.kind for rule in clause.more)}" if clause.more else ""
    return f"part of {clause.part_of}{further}" if clause.part_of else clause.kind


def _table(rows: Iterable[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def renewed(old: str) -> str:
    """The page with its written part renewed and its hand-written part kept."""
    written = page([load_profile(name) for name in available()])
    return f"{written}\n{_MARK}{old.partition(_MARK)[2]}"


def main(path: str) -> None:
    """Write the page anew."""
    file = Path(path)
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(renewed(old), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
