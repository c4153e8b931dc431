"""`keyholder secret`: deposit what a platform has, show it again, copy it, its codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.opening import open_vault
from cli.options import MOMENT, App, group, to_pipe
from cli.when import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from vault.ops.deposits import Deposited
    from vault.ops.secrets import Shown
    from vault.ops.session import Vault

_F = TypeVar("_F", bound=Callable[..., object])
PARTS = ("password", "totp", "backup_codes", "recovery")
CLEARED_AFTER_S = 30
_SOURCES = {
    "password": "The password; SRC is prompt, - (stdin), @FILE or fd:N.",
    "totp": "The TOTP seed or otpauth address that the platform gave, from SRC.",
    "backup_codes": "The backup codes that the platform gave, one on each line, from SRC.",
    "recovery": "What recovers the account (an answer, a key), from SRC.",
}


def sources(*parts: str) -> Callable[[_F], _F]:
    """An option for each component: it says where the secret comes from, and never is the secret."""

    def decorate(function: _F) -> _F:
        for part in reversed(parts):
            words = _SOURCES[part]
            function = click.option(f"--{part.replace('_', '-')}", part, metavar="SRC", help=words)(function)
        return function

    return decorate


def read_parts(app: App, given: Mapping[str, str | None]) -> dict[str, Any]:
    """The components from their sources, as they are stored."""
    from vault.ops.bodies import parse_part

    read: dict[str, Any] = {}
    for part, source in given.items():
        if source is not None:
            where, option = None if source == "prompt" else source, f"--{part.replace('_', '-')} SRC"
            words = part.replace("_", " ")
            text = app.terminal.read_secret(where, words, option=option, new=part == "password")
            read[part] = parse_part(part, text)
    return read


def _for_whom(function: _F) -> _F:
    words = "The device on which it is seen; this machine, where it is not given."
    function = click.option("--on", "device", metavar="DEVICE", help=words)(function)
    words = "Hand it over: the exposure is theirs. Needs --on."
    return click.option("--for", "person", metavar="PERSON", help=words)(function)


def _whom(vault: Vault, person: str | None, device: str | None) -> tuple[str | None, str | None]:
    """Ids of the person and the device, if given."""
    if person is not None and device is None:
        raise click.UsageError("--for needs --on DEVICE: where will they use it?")
    find = vault.names.find
    return (find("person", person) if person else None, find("device", device) if device else None)


@group("secret")
def secret() -> None:
    """The secrets of an account: store what the platform has, show it, copy it, its codes."""


@secret.command(
    "set",
    example="keyholder secret set x/ExamplePolice --password prompt --changed-on yesterday --changed-by 2001",
)
@click.argument("account")
@sources(*PARTS)
@click.option("--changed-on", type=MOMENT, metavar="TIME", help="When the platform was told; else now.")
@click.option("--changed-by", metavar="PERSON", help="Who changed it; else you.")
@click.option(
    "--was-allowed/--not-allowed", "allowed", default=None, help="Instead of what the policy says of it."
)
@click.option("--emergency", is_flag=True, help="It was changed in an emergency.")
def set_(
    app: App,
    *,
    account: str,
    changed_on: datetime | None,
    changed_by: str | None,
    allowed: bool | None,
    emergency: bool,
    **given: str | None,
) -> None:
    """Store what the platform has already. A fact is never refused; it may become a finding."""
    from vault.ops import deposits, secrets
    from vault.ops.session import moment

    vault = open_vault(app)
    done = deposits.deposit(
        vault,
        account=secrets.find_account(vault, account),
        parts=read_parts(app, given if any(given.values()) else {"password": "prompt"}),
        changed_on=moment(changed_on) if changed_on else None,
        changed_by=vault.names.find("person", changed_by) if changed_by else None,
        allowed=allowed,
        emergency=emergency,
    )
    app.context.changed = True
    _say_deposit(app, account, done)


def _say_deposit(app: App, account: str, done: Deposited) -> None:
    fields = {
        "account": account,
        "version": done.number,
        "allowed": done.allowed,
        "rotation": done.rotation or None,
    }
    app.out.record({**fields, "doors left": list(done.doors)})
    if done.allowed is False:
        app.out.note(f"finding: the policy does not let that person change it ({done.clause})")
    if done.superseded:
        app.out.note(f"the rotation {done.superseded} that was under way is superseded")
    if done.doors:
        app.out.note(
            f"a change was owed: shut the doors, then keyholder rotation verify {quote(account)} --done …"
        )


# It shows a secret, writes who saw it, and has --version for an older one: no view of the register.
@secret.command("show", example="keyholder secret show x/ExamplePolice --spell", looks_back=False)
@click.argument("account")
@click.option(
    "--part", "parts", type=click.Choice(PARTS), multiple=True, help="Which component; the password."
)
@click.option("--spell", is_flag=True, help="In words too, to read it out over a telephone.")
@click.option("--version", type=int, metavar="N", help="That version, not what the platform has now.")
@_for_whom
@to_pipe
def show(
    app: App,
    *,
    account: str,
    parts: Sequence[str],
    spell: bool,
    version: int | None,
    person: str | None,
    device: str | None,
    to_pipe: bool,
) -> None:
    """Show a secret. The entry that says who sees it is durable before anything is shown."""
    from vault.ops import secrets

    app.terminal.ready_to_show(to_pipe=to_pipe)
    vault = open_vault(app)
    to, on = _whom(vault, person, device)
    shown = secrets.reveal(
        vault,
        account=secrets.find_account(vault, account),
        parts=parts or ["password"],
        how="handed_over" if person else "revealed",
        number=version,
        person=to,
        device=on,
    )
    app.context.changed = True
    present(app, shown, spelled=spell, to_pipe=to_pipe)


def present(app: App, shown: Sequence[Shown], *, spelled: bool = False, to_pipe: bool) -> None:
    """Put what was revealed on the screen, all of it at once; or, bare, into a pipe."""
    from vault.crypto.spell import spell
    from vault.ops.bodies import written

    lines: list[str] = []
    for one in shown:
        for part, value in one.parts.items():
            text = written(value)
            if not to_pipe:
                age = (
                    f"  ({one.age}: try the new one first)"
                    if one.age == "new"
                    else f"  ({one.age})"
                    if one.age
                    else ""
                )
                lines.append(f"{part.replace('_', ' ')}, version {one.number}{age}")
            lines.append(text)
            if spelled:
                words = spell(text)  # four to a line: a screen without scrolling must hold it
                lines += ["", *(", ".join(words[at : at + 4]) for at in range(0, len(words), 4))]
            if not to_pipe:
                lines.append("")
    first = shown[0]
    label = f"{first.name}  login: {first.login}" if first.login else first.name
    app.terminal.show_secret(label, "\n".join(lines).rstrip("\n"), to_pipe=to_pipe)


@secret.command("copy", example="keyholder secret copy x/ExamplePolice")
@click.argument("account")
@click.option(
    "--part", type=click.Choice(("password", "recovery")), default="password", help="Which component."
)
def copy(app: App, *, account: str, part: str) -> None:
    """Put a secret on the clipboard; after 30 seconds it is cleared, if it is still there."""
    from cli import clipboard
    from vault.ops import secrets

    vault = open_vault(app)
    shown = secrets.reveal(vault, account=secrets.find_account(vault, account), parts=[part], how="copied")
    app.context.changed = True
    one = shown[0]
    clipboard.copy(one.parts[part], salt=app.random(16)).clear_after(CLEARED_AFTER_S)
    app.out.note(f"{part} of {one.name} is on the clipboard for {CLEARED_AFTER_S} seconds")
    if one.age:
        app.out.note(
            "nobody knows yet whether the platform took it: this is the new one; secret show has both"
        )


@secret.command("code", example="keyholder secret code x/ExamplePolice")
@click.argument("account")
@_for_whom
@to_pipe
def code(app: App, *, account: str, person: str | None, device: str | None, to_pipe: bool) -> None:
    """The code of the second factor now, and for how many seconds it stays good."""
    from vault.ops import secrets

    app.terminal.ready_to_show(to_pipe=to_pipe)
    vault = open_vault(app)
    to, on = _whom(vault, person, device)
    codes = secrets.code(vault, account=secrets.find_account(vault, account), person=to, device=on)
    app.context.changed = True
    if to_pipe:
        text = "\n".join(one.code for one in codes)
        app.out.note(f"good for {codes[0].seconds} seconds")
    else:
        text = "\n".join(f"{one.code}   good for {one.seconds} seconds   {one.age}".rstrip() for one in codes)
    app.terminal.show_secret(codes[0].name, text, to_pipe=to_pipe)


@secret.command("backup-codes", example="keyholder secret backup-codes x/ExamplePolice --use 3")
@click.argument("account")
@click.option(
    "--set", "source", metavar="SRC", help="Store new ones, one on each line, from prompt, -, @FILE or fd:N."
)
@click.option("--use", "place", type=int, metavar="N", help="Show this one, and record it as used.")
@to_pipe
def backup_codes(app: App, *, account: str, source: str | None, place: int | None, to_pipe: bool) -> None:
    """Which backup codes there are and which were used; store new ones; take one."""
    from vault.ops import backup_codes as codes
    from vault.ops import secrets

    if source is not None and place is not None:
        raise click.UsageError("--set and --use are two commands")
    if place is not None:
        app.terminal.ready_to_show(to_pipe=to_pipe)
    vault = open_vault(app)
    id_ = secrets.find_account(vault, account)
    if source is not None:
        from vault.ops import deposits

        _say_deposit(
            app,
            account,
            deposits.deposit(vault, account=id_, parts=read_parts(app, {"backup_codes": source})),
        )
    elif place is not None:
        one = codes.use_backup_code(vault, account=id_, place=place)
        app.terminal.show_secret(
            f"{one.name}: backup code {place}", one.parts["backup_codes"], to_pipe=to_pipe
        )
    else:
        rows = [(one.place, stamp(one.used_at), one.entry) for one in codes.backup_codes(vault, account=id_)]
        app.out.rows(("code", "used", "entry"), rows)
