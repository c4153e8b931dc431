"""What is chosen or shown once: a new passphrase, and the papers of a ceremony.

new passphrase   KEYHOLDER_PASSPHRASE_FILE, or typed twice, both checked; else six generated words
shown once       on the terminal's alternate screen, for as long as it takes to write it down; on stdout only
                 with --to-pipe, together with the rest of the answer
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vault.errors import UsageProblem, VaultError

if TYPE_CHECKING:
    from cli.options import App
    from vault.ops.session import Vault

# A person copies six words and four lines by hand: nobody is hurried, Enter ends it.
WRITING_DOWN_S = 1800.0
_TITLE = "write this down; it is not shown again"
_FROM_FILE = "KEYHOLDER_PASSPHRASE_FILE"


@dataclass(frozen=True, slots=True)
class Passphrase:
    """The new passphrase, and whether it has to be shown."""

    text: str = field(repr=False)
    generated: bool


def new_passphrase(app: App, *, own: bool, personal: Iterable[str]) -> Passphrase:
    """The passphrase of new keys. ``personal`` are words that somebody here would try first."""
    from audit.words import word_list
    from vault.crypto import generate, strength

    file = app.settings.passphrase_file
    if not own and file is None:
        return Passphrase(generate.passphrase(word_list(), random=app.random), generated=True)
    source = f"@{file}" if file else None
    text = app.terminal.read_secret(source, "new passphrase", option=_FROM_FILE, new=True)
    strength.check_passphrase(text, personal=[word for value in personal for word in value.split()])
    return Passphrase(text, generated=False)


def answer(
    app: App, fields: Mapping[str, object], secrets: Mapping[str, object], *, to_pipe: bool, unseen: str
) -> None:
    """The answer of a ceremony. Secrets among it go to the screen, or with --to-pipe into the answer.

    ``unseen`` says what to do if nobody could see them: only the ceremony knows what was made by then.
    """
    try:
        _answer(app, fields, secrets, to_pipe=to_pipe)
    except OSError as error:
        told = (error.strerror or "nobody reads it").lower()
        what = f"what had to be written down could not be shown: {told}"
        raise VaultError(what, hint=unseen) from None


def _answer(app: App, fields: Mapping[str, object], secrets: Mapping[str, object], *, to_pipe: bool) -> None:
    import sys

    if secrets and sys.stdout.isatty():
        lines = [line for name, value in secrets.items() for line in _block(name, value)]
        app.terminal.show_secret(_TITLE, "\n".join(lines), to_pipe=to_pipe, seconds=WRITING_DOWN_S)
        app.out.record(fields)
    else:
        app.out.record({**fields, **secrets})
        sys.stdout.flush()


def _block(name: str, value: object) -> list[str]:
    lines = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    return [f"{name}:", *(f"    {line}" for line in lines), ""]


def ask_for_kit_line(app: App, lines: list[str], *, again: str) -> None:
    """One line of the new kit, typed back from paper: a kit that nobody can read is none."""
    from vault.crypto import kit

    if not app.terminal.can_ask():
        return
    number = app.random(1)[0] % len(lines)
    for _ in range(3):
        try:
            typed = app.terminal.ask(f"line {number + 1} of the recovery kit, from your paper")
        except (KeyboardInterrupt, EOFError):
            app.out.note(f"the recovery kit was not typed back; if the paper may be wrong, {again}")
            raise
        try:
            if kit.decode("\n".join([*lines[:number], typed, *lines[number + 1 :]])) == kit.decode(
                "\n".join(lines)
            ):
                return
        except UsageProblem as problem:
            app.out.note(problem.message)
    raise UsageProblem("the recovery kit was not typed back: do not rely on that paper", hint=again)


def due_notes(app: App, vault: Vault, teams: Iterable[str], *, without: str = "") -> None:
    """Say which key team waits for one of its own, and who could act: nothing is written for it until then.

    ``without``: a person who leaves, and is still there while that is a plan.
    """
    from vault.ops import epochs

    for team in teams:
        people = vault.names.many("person", [p for p in epochs.starters(vault.state, team) if p != without])
        who = " or ".join(sorted(str(details.get("name", id_)) for id_, details in people.items()))
        if who:
            app.out.note(
                f"the {team} team's keys are due: {who} must run `keyholder team renew` before it can go on"
            )
        else:
            app.out.note(f"nobody is left who could open the {team} team's keys: use the recovery kit")
