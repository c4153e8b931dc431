"""`keyholder backup FILE` and `keyholder backup check FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.opening import open_vault
from cli.options import App, Noun

_PASSPHRASE = "Under a passphrase, from `-`, @FILE or fd:N; `ask` to type it."  # noqa: S105  the words of a help


class _Backup(Noun):
    """`backup FILE` is short for `backup make FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("backup", cls=_Backup)
def backup() -> None:
    """Copy the vault to an age file, and check the copy. `backup FILE` is short for `backup make FILE`."""


@backup.command("make", example="keyholder backup vault-november.age --to age1…")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "recipients", multiple=True, metavar="AGE-RECIPIENT", help="An age public key; repeatable."
)
@click.option("--passphrase", metavar="SRC", help=_PASSPHRASE)
def make(app: App, *, file: Path, recipients: tuple[str, ...], passphrase: str | None) -> None:
    """Write a copy of the shared database and its newest signed head to a new file."""
    from vault.ops import backup as ops

    vault = open_vault(app)
    secret = source(app, passphrase, new=True)
    made = ops.make(vault, file, recipients=recipients, passphrase=secret)
    app.context.changed = True
    app.out.record({"file": str(made.path), "bytes": made.size, "entries": made.entries, "entry": made.entry})
    app.out.note("it holds no member's keys: keep the recovery kit, and a copy of a home, somewhere else")


@backup.command("check", example="keyholder backup check vault-november.age --identity @age-key.txt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--identity", metavar="SRC", help="The age secret key, from `-`, @FILE or fd:N.")
@click.option("--passphrase", metavar="SRC", help=_PASSPHRASE)
def check(app: App, *, file: Path, identity: str | None, passphrase: str | None) -> None:
    """Open a copy in memory and verify all of it, as `restore` does, against what this machine knows.

    Exit code 6 also where sealed values are missing for which nobody has answered: each is named.
    """
    from vault.ops import backup as ops

    vault = open_vault(app, unlock=False)
    key = app.terminal.read_secret(identity, "identity") if identity else None
    found = ops.check(vault, file, identity=key, passphrase=source(app, passphrase, new=False))
    app.out.record(
        {"file": str(file), "entries": found.entries, "behind": found.behind, "sealed values": found.blobs}
    )
    for one in found.missing:
        app.out.note(f"a sealed value is not in the backup: {one}; {one.answer}")
    app.out.note("the copy opens, its log verifies, and it can be restored")


def source(app: App, given: str | None, *, new: bool) -> str | None:
    """The backup's passphrase, from where the option says."""
    if given is None:
        return None
    text = app.terminal.read_secret(None if given == "ask" else given, "backup passphrase", new=new)
    if new:
        from vault.crypto.strength import check_passphrase

        check_passphrase(text, personal=())  # whoever has the file may guess as long as they like
    return text
