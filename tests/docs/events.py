"""`python -m tests.docs.events docs/events.md`: the event table as a page."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from vault.domain import events as e
from vault.domain.table import TABLE

HEAD = """# Events

Written by `make docs` from the event table; do not edit. Who may write is what the table itself says; many events
have a rule on top, in the file of their concept. An entry that breaks either is void.
"""
ANYBODY = e.MEMBERS


def page() -> str:
    """The table, grouped by the file in which each event is declared."""
    lines, group = [HEAD], ""
    for event in TABLE.values():
        module = inspect.getmodule(event.apply)
        name = module.__name__.rpartition(".")[2] if module else ""
        if name != group:
            group = name
            about = (module.__doc__ or "").splitlines()[0] if module else ""
            lines += [
                f"\n## {group}\n\n{about}\n",
                "| event | subject | fields | may also carry | written by |",
                "| --- | --- | --- | --- | --- |",
            ]
        by = "any member" if event.by >= ANYBODY else ", ".join(sorted(event.by))
        wait = "; waits for a second administrator" if event.confirm else ""
        cells = (
            f"`{event.name}`",
            event.subject or "-",
            ", ".join(sorted(event.fields)),
            ", ".join(sorted(event.optional)),
            by + wait,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page())
