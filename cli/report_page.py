"""The report as one self-contained page: inline style and drawings, no script, nothing fetched.

Every drawing is said in words beside it (its table), nothing is told by colour alone, headings and landmarks are in
reading order, wide tables scroll on their own and take the keyboard; it prints on A4 with repeated table heads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from cli.words import counted
from vault.domain.compliance import Status, Weight

if TYPE_CHECKING:
    from vault.domain.finding import Finding
    from vault.ops.report import Part, Report

ENTRIES_SHOWN = 8
# For each status a class of the style sheet, and a mark that does without colour.
STATUS_LOOKS = {
    Status.MET: ("met", "✓"),
    Status.NOT_MET: ("not", "✗"),
    Status.NOT_EVIDENCED: ("unseen", "?"),
    Status.UNDECIDED: ("open", "…"),
    Status.NOT_APPLICABLE: ("na", "–"),
    Status.NOT_ADDRESSED: ("na", "–"),
    Status.NOT_ASSESSABLE: ("blind", "○"),
}
_SECTIONS = (
    ("compliance", "Compliance, clause by clause"),
    ("findings", "Findings, by what they are about"),
    ("owed", "Passwords to be changed"),
    ("exposure", "Exposure, by person"),
    ("due", "What falls due"),
    ("training", "Training"),
    ("about", "About this report"),
)
_GRADES = {
    1: "lost or compromised",
    2: "seen by somebody who should no longer know it",
    3: "could be opened only",
}


def style() -> str:
    """The style sheet, which lies beside this file."""
    return (Path(__file__).parent / "report.css").read_text(encoding="utf-8").strip()


def page(report: Report, *, ages: Sequence[str], written: str) -> str:
    """The whole page. ``written``: when, as people here write it; ``ages``: the words for ages of obligations."""
    sections = "".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>{body}</section>'
        for (key, title), body in zip(_SECTIONS, _bodies(report, ages), strict=True)
    )
    links = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title in _SECTIONS)
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Keyholder report: {escape(report.title)}</title>
<style>{style()}</style>
</head>
<body>
<a class="skip" href="#compliance">To the first section</a>
<header>
<p class="kind">Corporate social-media accounts: register and policy</p>
<h1>{escape(report.title)}</h1>
<p>{escape(report.document)} as of {escape(written)}, entry {report.entries - 1:,} of the log</p>
</header>
<nav aria-label="Sections"><ul>{links}</ul></nav>
<main>
{_figures(report)}
{sections}
</main>
<footer><p>Root of the log at this entry: <code>{report.root}</code></p></footer>
</body>
</html>
"""


def _bodies(report: Report, ages: Sequence[str]) -> Iterable[str]:
    yield "".join(map(_part, report.parts))
    yield _about(report)
    yield _owed(report, ages)
    yield _exposed(report)
    yield _due(report)
    yield _training(report)
    yield _colophon(report)


# --- pieces -----------------------------------------------------------------------------------------------------------


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str = "Nothing."
) -> str:
    """A table whose cells are HTML already; the first cell of a row is its head."""
    if not rows:
        return f"<p>{escape(empty)}</p>"
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    label = escape(caption, quote=True)
    return (
        f'<div class="wide" role="region" aria-label="{label}" tabindex="0"><table><caption>{label}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _figures(report: Report) -> str:
    """What a head of department looks at first."""
    owed, urgent = sum(one.total for one in report.owed), report.owed[0].total
    broken, lost = report.breaches, f"{urgent} of them lost or compromised"
    overdue = sum(item.state == "overdue" for item in report.due)
    cards = (
        (*_number(broken, "clause that binds is not met", "clauses that bind are not met"), broken > 0),
        (*_number(owed, f"component to be changed, {lost}", f"components to be changed, {lost}"), urgent > 0),
        (*_number(overdue, "thing overdue", "things overdue"), overdue > 0),
        (str(sum(report.accounts.values())), _counted("accounts", report.accounts), False),
        (str(sum(report.people.values())), _counted("people", report.people), False),
        (str(sum(report.devices.values())), _counted("devices", report.devices), False),
    )
    made = "".join(
        f"<li{' class=alert' if alert else ''}><b>{number}</b> <span>{escape(words)}</span></li>"
        for number, words, alert in cards
    )
    return f'<ul class="figures" aria-label="At a glance">{made}</ul>'


def _number(count: int, one: str, many: str) -> tuple[str, str]:
    return str(count), one if count == 1 else many


def _counted(what: str, by_state: Mapping[str, int]) -> str:
    parts = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in by_state.items())
    return f"{what}: {parts}" if parts else what


def _bar(counts: Sequence[tuple[str, str, int]], label: str) -> str:
    """One stacked bar: (pattern, words, number) from left to right, also in words for who cannot see it."""
    total, x, drawn = sum(number for _, _, number in counts) or 1, 0.0, []
    for look, _, number in counts:
        width = 1000 * number / total
        drawn.append(f'<rect class="{look}" x="{x:.1f}" width="{max(width - 2, 0):.1f}" height="26"/>')
        if width > 55:
            drawn.append(f'<text class="{look}-t" x="{x + width / 2:.1f}" y="18">{number}</text>')
        x += width
    words = ", ".join(f"{number} {words}" for _, words, number in counts)
    return (
        f'<svg class="bar" viewBox="0 0 1000 26" role="img" aria-label="{escape(label, quote=True)}: '
        f'{escape(words, quote=True)}" preserveAspectRatio="none">{"".join(drawn)}</svg>'
    )


def _badge(status: Status) -> str:
    look, mark = STATUS_LOOKS[status]
    return f'<span class="badge {look}">{mark} {escape(str(status))}</span>'


def _entries(entries: Sequence[int]) -> str:
    shown = ", ".join(map(str, entries[:ENTRIES_SHOWN]))
    more = f" and {len(entries) - ENTRIES_SHOWN:,} more" if len(entries) > ENTRIES_SHOWN else ""
    return f"{shown}{more}"


# --- sections ---------------------------------------------------------------------------------------------------------


def _part(part: Part) -> str:
    looks = [(STATUS_LOOKS[status][0], str(status), number) for status, number in part.counts.items()]
    keys = "".join(f"<li>{_badge(status)} {number}</li>" for status, number in part.counts.items())
    note = "<p>Guidance only: another document ranks before it.</p>" if part.guidance else ""
    rows = [
        (
            f'<span class="key">{escape(line.verdict.clause)}</span> <small>{escape(line.verdict.where)}</small>',
            escape(str(line.verdict.strength)),
            _badge(line.verdict.status),
            escape(line.reading),
            _shortfall(len(line.verdict.gaps), line.verdict.applied, line.verdict.why),
            _evidence(line.verdict.proven, line.verdict.attached, line.verdict.statements),
        )
        for line in part.lines
    ]
    heads = ("clause", "binds", "status", "what it asks, as we read it", "shortfall", "evidence: log entries")
    return (
        f"<h3>{escape(part.title)}</h3>{note}{_bar(looks, 'Clauses by status')}<ul class='legend'>{keys}</ul>"
        + _table(f"Clauses of {part.title}", heads, rows)
    )


def _shortfall(gaps: int, applied: int, why: str) -> str:
    if why:
        return escape(why)
    if not gaps:
        return f"none of {applied}" if applied else "–"
    return f"{gaps} of {applied}" if gaps <= applied else f"{gaps} among {applied}"


def _evidence(proven: Sequence[int], attached: Sequence[int], statements: Sequence[int]) -> str:
    groups = (("proven", proven), ("document", attached), ("statement", statements))
    return "<br>".join(f"<i>{name}:</i> {_entries(entries)}" for name, entries in groups if entries) or "–"


def _about(report: Report) -> str:
    rows = [
        (escape(one.name), escape(one.kind), _weights(one.findings), _sentences(one.findings))
        for one in report.about
    ]
    return _table("Findings", ("about", "kind", "weight", "what falls short"), rows, empty="No findings.")


def _weights(found: Sequence[Finding]) -> str:
    order = {str(weight): n for n, weight in enumerate(Weight)}
    heaviest = min((one.weight for one in found), key=lambda weight: order.get(weight, 9))
    return escape(heaviest or "note")


def _sentences(found: Sequence[Finding]) -> str:
    items = "".join(
        f"<li>{escape(one.words)}{_clauses(one)} <small>entries {_entries(one.evidence) or 'none'}</small></li>"
        for one in found
    )
    return f"<ul>{items}</ul>"


def _clauses(one: Finding) -> str:
    clauses = ", ".join(filter(None, (one.clause, *one.also)))
    return f' <span class="key">{escape(clauses)}</span>' if clauses else ""


def _owed(report: Report, ages: Sequence[str]) -> str:
    rows = [
        (f"{one.grade}: {_GRADES[one.grade]}", *map(str, one.by_age), str(one.total), f"{one.oldest} days")
        for one in report.owed
        if one.total
    ]
    looks = [(f"age{n}", words, sum(one.by_age[n] for one in report.owed)) for n, words in enumerate(ages)]
    bar = _bar(looks, "Components to be changed, by age of the cause") if rows else ""
    heads = ("class", *ages, "in all", "oldest")
    return bar + _table(
        "Components to be changed, by class and age", heads, rows, empty="Nothing is to be changed."
    )


def _exposed(report: Report) -> str:
    most = max((one.seen + one.could_open for one in report.exposed), default=1)
    rows = [
        (
            escape(one.name),
            escape(one.state),
            str(one.seen),
            str(one.could_open),
            _bar(
                [
                    ("seen", "seen", one.seen),
                    ("could", "could be opened only", one.could_open),
                    ("rest", "fewer than the most", most - one.seen - one.could_open),
                ],
                one.name,
            ),
        )
        for one in report.exposed
    ]
    heads = ("person", "state", "accounts seen", "could open only", "of the most that anybody has")
    return _table(
        "Accounts of which a person knows something that still counts", heads, rows, empty="Nobody."
    )


def _due(report: Report) -> str:
    rows = [
        (
            item.due.due_on.strftime("%d/%m/%Y") if item.due.due_on else "no date",
            escape(item.state),
            escape(item.due.what.replace("_", " ")),
            escape(item.about),
            escape(", ".join(item.who)),
            escape(item.due.words) + (" (a local number)" if item.due.local else ""),
            f'<span class="key">{escape(item.due.clause)}</span>',
        )
        for item in report.due
    ]
    heads = ("by", "state", "what", "about", "for whom", "why", "clause")
    return _table("Overdue, and due within 30 days", heads, rows, empty="Nothing within 30 days.")


def _training(report: Report) -> str:
    rows = [
        (
            f'<span class="key">{escape(one.clause)}</span>',
            escape(", ".join(code.partition(".")[2].replace("_", " ") for code in one.codes)),
            str(one.people),
            str(len(one.lacking)),
            escape(", ".join(one.lacking[:ENTRIES_SHOWN]))
            + (f" and {len(one.lacking) - ENTRIES_SHOWN} more" if len(one.lacking) > ENTRIES_SHOWN else ""),
        )
        for one in report.training
    ]
    heads = ("clause", "training", "concerns", "lack it", "who")
    return _table("Training that is asked for", heads, rows, empty="This document asks for no training.")


def _colophon(report: Report) -> str:
    names = "People are named." if report.names else "People are shown by the ids that the log has for them."
    beyond = ""
    if report.unjudged:
        them = counted(report.unjudged, "account is", "accounts are")
        beyond = f"{them} of forces that this document does not bind, and judged by nothing on this page. "
    return (
        f"<p>{beyond}{names} No password, code or key is on this page. Derived from the verified log up to entry "
        f"{report.entries - 1:,}; every entry that is named can be proven to somebody else with a receipt "
        "(<code>keyholder audit receipt ENTRY</code>). <i>Proven</i>: signed by who states it. <i>Document</i>: with a "
        "sealed attachment. <i>Statement</i>: somebody's words, on record. <i>Not addressed</i> is never compliant.</p>"
    )
