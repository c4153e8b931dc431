"""Becoming a member: `keyholder invite`, `keyholder join`, `keyholder admit`, and `keyholder confirm` by another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from cli.opening import open_vault
from cli.options import App, command, to_pipe
from cli.when import stamp
from vault.domain.events import ROLES
from vault.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from vault.ops.admitting import Candidate
    from vault.ops.confirming import Waiting
    from vault.ops.session import Vault

_FILE = click.Path(path_type=Path, dir_okay=False)


@command("invite", example="keyholder invite 2001 --role custodian --out bob.invitation")
@click.argument("person")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(ROLES), help="A role to give; may be repeated."
)
@click.option("--out", type=_FILE, help="The file to write; else keyholder-<person>.invitation here.")
@click.option(
    "--days", type=click.IntRange(1, 60), default=7, show_default=True, help="How long it can be used."
)
def invite(app: App, *, person: str, roles: tuple[str, ...], out: Path | None, days: int) -> None:
    """Invite somebody of the register to make keys on a machine of theirs.

    Without --role it is a further machine of a member. Carry the file to them yourself: it is good for one use.
    """
    vault = open_vault(app)
    invited(app, vault, person=person, roles=roles, out=out, days=days, rekey=False)


def invited(
    app: App, vault: Vault, *, person: str, roles: tuple[str, ...], out: Path | None, days: int, rekey: bool
) -> None:
    """Make the invitation and its file; the file first, so that no invitation is made that cannot be carried."""
    from vault.ops.inviting import invite as make

    path = out or Path(f"keyholder-{vault.names.find('person', person)}.invitation")
    with _new_file(path) as file:
        invitation = make(vault, person=person, roles=roles, days=days, rekey=rekey)
        file.write(invitation.to_text().encode())
    app.out.record(
        {
            "invitation": str(path),
            "person": vault.names.shown("person", invitation.person),
            "expires": stamp(invitation.expires),
        }
    )
    app.out.note("carry the file to them; they run: keyholder join FILE; then compare the ten words by voice")


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that did not exist, for its owner alone; gone again if what it is for fails."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@command("join", example="keyholder join bob.invitation --name-machine 'Bob laptop'")
@click.argument("file", type=_FILE)
@click.option("--out", type=_FILE, help="Write the request to this file instead of the vault's inbox.")
@click.option("--name-machine", metavar="NAME", help="A nickname for this machine; else its host name.")
@click.option(
    "--own-passphrase", is_flag=True, help="Type a passphrase of your own instead of six drawn words."
)
@to_pipe
def join(
    app: App, *, file: Path, out: Path | None, name_machine: str | None, own_passphrase: bool, to_pipe: bool
) -> None:
    """Answer an invitation: make keys on this machine and ask to be admitted.

    The vault is compared with what the invitation says of it. Read the ten words to the administrator by voice.
    """
    from cli.once import answer, new_passphrase
    from vault.ops import joining
    from vault.store.home import Home

    home, location = Home(app.settings.home), app.settings.vault
    if not own_passphrase and app.settings.passphrase_file is None:
        app.terminal.ready_to_show(to_pipe=to_pipe)
    invitation, shared = joining.check_invitation(_read(file), location=location, clock=app.clock)
    if shared is None and out is None:
        raise UsageProblem(f"there is no vault at {location or invitation.location}", hint="give --out FILE")
    secret = new_passphrase(app, own=own_passphrase, personal=())
    # The file first: keys whose request went nowhere would be a home that nobody can admit.
    with _new_file(out) if out else nullcontext() as request:
        joined = joining.join(
            home,
            invitation=invitation,
            shared=None if request else shared,
            location=location,
            passphrase=secret.text,
            nickname=name_machine or _host(),
            random=app.random,
            cost=app.context.cost,
        )
        if request:
            request.write(joined.request.to_text().encode())
    app.context.changed = True
    fields = {"key words": " ".join(joined.words), "home": str(home.folder), "in the inbox": joined.in_inbox}
    secrets = {"passphrase": secret.text} if secret.generated else {}
    unseen = f"nobody can open these keys, let nobody admit them: remove {home.folder}, and join again"
    answer(app, fields, secrets, to_pipe=to_pipe, unseen=unseen)
    app.out.note("read the key words to the administrator by voice; they run: keyholder admit")


def _host() -> str:
    """What tells this machine from others of a team, most often; an administrator reads it before they admit it."""
    from socket import gethostname

    return gethostname().strip() or "laptop"


def _read(file: Path) -> str:
    """A small text file that somebody carried here."""
    with file.open("rb") as opened:
        data = opened.read(128 * 1024)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is not a text file", hint="is it the right file?") from None


@command("admit", example="keyholder admit bob.request")
@click.argument("file", type=_FILE, required=False)
@click.option("--person", help="Which of several requests in the inbox.")
@click.option("--words-compared", is_flag=True, help="You have compared the ten words with them by voice.")
def admit(app: App, *, file: Path | None, person: str | None, words_compared: bool) -> None:
    """Admit somebody who answered an invitation: their keys, roles and what their grants give them.

    Call them on a number that you know, and let them read their ten words to you.
    """
    from cli.once import due_notes
    from vault.ops import admitting

    vault = open_vault(app)
    vault.require_role("administrator")
    candidate = admitting.examine(vault, _read(file)) if file else _from_inbox(vault, person)
    _compare(app, candidate, compared=words_compared)
    done = admitting.admit(vault, candidate)
    app.out.record(
        {
            "person": vault.names.shown("person", done.person),
            "roles": list(done.roles),
            "keyset": candidate.request.keyset,
        }
    )
    if done.unvouched is not None:
        app.out.note(
            "these keys of an administrator confirm nothing beside you until somebody else has vouched for them: "
            f"keyholder confirm {done.unvouched}"
        )
    for entry in done.pending:
        app.out.note(
            f"the role of administrator waits: another administrator runs `keyholder confirm {entry}`"
        )
    if done.not_shared:
        app.out.note(
            f"{done.not_shared} accounts wait to be sealed to them: a custodian runs `keyholder team renew`"
        )
    due_notes(app, vault, done.teams_due)


def _from_inbox(vault: Vault, person: str | None) -> Candidate:
    from vault.ops import admitting

    found = admitting.waiting(vault)
    if person is not None:
        who = vault.names.find("person", person)
        found = [candidate for candidate in found if candidate.request.person == who]
    if not found:
        raise UsageProblem(
            "no good request waits in the inbox", hint="give the request's file: keyholder admit FILE"
        )
    if len(found) > 1:
        names = "; ".join(f"{candidate.name} {candidate.request.keyset}" for candidate in found)
        raise UsageProblem(f"several requests wait: {names}", hint="say whose: --person, or give the file")
    return found[0]


def _compare(app: App, candidate: Candidate, *, compared: bool) -> None:
    """The last of the ten words is typed: whoever only presses Enter has compared nothing."""
    roles = ", ".join(candidate.roles) or "no further role"
    app.out.note(f"{candidate.name} asks to be admitted: {roles}")
    if candidate.replaces:
        app.out.note(f"their older keys end: {candidate.replaces}")
    _tenth(app, candidate.words, compared=compared)


def _tenth(app: App, words: list[str], *, compared: bool) -> None:
    app.out.note("their key words, to be compared by voice: " + " ".join(words[:-1]) + " …")
    if compared:
        return
    typed = app.terminal.ask("the tenth word, as they read it to you", option="--words-compared")
    if typed.strip().lower() != words[-1]:
        raise Refused(
            "that is not their tenth word: these may be somebody else's keys", hint="nothing was changed"
        )


@command("confirm", example="keyholder confirm 42")
@click.argument("entry", type=click.IntRange(min=0), required=False)
@click.option("--words-compared", is_flag=True, help="You have compared the ten words of the keys by voice.")
@click.option("--yes", is_flag=True, help="Do not ask: you have read what the entry asks for.")
def confirm(app: App, *, entry: int | None, words_compared: bool, yes: bool) -> None:
    """Confirm, as a second administrator, an entry that waits; without ENTRY, show what waits.

    What the entry asks for is shown and asked about before anything is confirmed.

    Whose keys become an administrator's is said by their ten words: whoever confirms the role, or vouches for keys
    that another enrolled, compares them by voice with the person, who reads them from the end of this list on their
    machine.
    """
    from cli.once import due_notes
    from vault.ops import confirming

    vault = open_vault(app)
    if entry is None:
        waiting = confirming.list_waiting(vault)
        app.out.rows(
            ["entry", "event", "about", "asks for", "by", "time", "state", "key words"],
            [
                (w.entry, w.event, w.about, w.asks, w.by, stamp(w.time), w.state, list(w.words))
                for w in waiting
            ],
        )
        app.out.note("the key words of this machine: " + " ".join(confirming.own_words(vault)))
        return
    one = confirming.asked(vault, entry)
    _agree(app, one, words_compared=words_compared, yes=yes)
    named = one.keyset if one.event == "role.given" else None
    done = confirming.confirm(vault, entry=entry, keyset=named)
    app.out.record({"entry": entry, "event": done.event, "subject": done.subject})
    for added in done.unvouched:
        app.out.note(
            "keys of theirs confirm nothing beside who enrolled them, until somebody else has compared their words: "
            f"keyholder confirm {added}"
        )
    due_notes(app, vault, done.teams_due)


def _agree(app: App, one: Waiting, *, words_compared: bool, yes: bool) -> None:
    """Nobody agrees to what they were not shown; the tenth word, where there is one, is the answer."""
    about = f" about {one.about}" if one.about else ""
    app.out.note(f"entry {one.entry}, {one.event}{about} by {one.by}, asks for: {one.asks}")
    if one.keyset:
        _tenth(app, one.words[0].split(), compared=words_compared)
    elif not yes and not app.terminal.confirm(f"confirm entry {one.entry}?"):
        raise UsageProblem(f"entry {one.entry} was not confirmed", hint="nothing was changed")
