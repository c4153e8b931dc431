"""`keyholder note` and `keyholder correct`: sealed words beside a subject, or beside an earlier entry."""

from __future__ import annotations

import click

from cli.opening import open_vault
from cli.options import App, command, group
from vault.errors import UsageProblem

KINDS = ("account", "person", "device", "team", "request")
_WORDS = "The words, @FILE, or `-` for stdin; asked for where it is not given."
_ABOUT = click.option(
    "--about",
    type=(click.Choice(KINDS), str),
    metavar="KIND NAME",
    help="account, person, device, team or request.",
)


@group("note")
def note() -> None:
    """Words beside an account, a person, a device, a team or a request; sealed to the register."""


@note.command("add", example="keyholder note add --about account x/ExamplePolice 'handed over at the gate'")
@click.argument("text", required=False)
@_ABOUT
def add(app: App, *, text: str | None, about: tuple[str, str] | None) -> None:
    """Put a note on the record. TEXT is the words, @FILE, or `-` for stdin; asked for where it is missing."""
    from vault.ops import notes

    words = words_from(app, text, option="TEXT")
    kind, name = about or (None, None)
    entry = notes.make(open_vault(app), text=words, kind=kind, about=name)
    app.context.changed = True
    app.out.record({"entry": entry})


@note.command("list", example="keyholder note list --about account x/ExamplePolice")
@_ABOUT
def list_(app: App, *, about: tuple[str, str] | None) -> None:
    """Notes and corrections, in the order of the log."""
    from vault.ops import notes

    kind, name = about or (None, None)
    found = notes.list_notes(open_vault(app), kind=kind, about=name)
    rows = [
        (one.seq, one.about or (f"entry {one.entry}" if one.entry is not None else ""), one.text)
        for one in found
    ]
    app.out.rows(("entry", "about", "text"), rows)


@command("correct", example="keyholder correct 41 --note 'the date was 3 November'")
@click.argument("entry", type=click.IntRange(min=0))
@click.option("--note", "text", metavar="TEXT", help=_WORDS)
def correct(app: App, *, entry: int, text: str | None) -> None:
    """Say what is wrong with an earlier entry. Nothing is changed: the correction is shown beside it."""
    from vault.ops import notes

    words = words_from(app, text, option="--note TEXT")
    made = notes.correct(open_vault(app), entry, text=words)
    app.context.changed = True
    app.out.record({"entry": made, "corrects": entry})


def words_from(app: App, source: str | None, *, option: str) -> str:
    """Words that are no secret but are sealed: typed, from a file, from stdin, or as they stand."""
    if source is None or (source == "-" and app.terminal.can_ask()):
        return app.terminal.ask("note", option=option)
    words = app.terminal.read_secret(source, "note") if source == "-" or source.startswith("@") else source
    if not words.strip():
        raise UsageProblem("the note is empty", hint="nothing was recorded")
    return words
