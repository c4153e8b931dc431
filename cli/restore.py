"""`keyholder restore FILE`: put a backup where no vault is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import App, command

if TYPE_CHECKING:
    from vault.ops.restoring import Restored
    from vault.store.home import Home

_PASSPHRASE = "The backup's, from `-`, @FILE or fd:N; `ask` to type it."  # noqa: S105  the words of a help


@command(
    "restore",
    example="keyholder restore vault-november.age --identity @age-key.txt --to /srv/keyholder/vault.db",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The new vault's file; else KEYHOLDER_VAULT or home.",
)
@click.option("--identity", metavar="SRC", help="The age secret key, from `-`, @FILE or fd:N.")
@click.option("--passphrase", metavar="SRC", help=_PASSPHRASE)
@click.option(
    "--vault-words", help="The vault's ten words, from the recovery kit; needed where no home knows it."
)
@click.option(
    "--lacking",
    type=click.IntRange(min=0),
    default=0,
    metavar="COUNT",
    help="Though so many sealed values that the log names are not in it; each is named.",
)
def restore(
    app: App,
    *,
    file: Path,
    to: Path | None,
    identity: str | None,
    passphrase: str | None,
    vault_words: str | None,
    lacking: int,
) -> None:
    """Verify a backup from its first entry, and put it where no vault is. Needs no keys.

    What came after the backup is lost. A machine that verified more refuses the copy (exit code 6)
    until an administrator has run `keyholder audit continue`, and it has been asked.
    """
    from cli.backup import source
    from vault.ops.restoring import restore as put_back
    from vault.store.home import Home

    home = Home(app.settings.home)
    key = app.terminal.read_secret(identity, "identity") if identity else None
    done = put_back(
        file,
        to=to or _place(app, home),
        home=home,
        vault_id=vault_words,
        identity=key,
        passphrase=source(app, passphrase, new=False),
        lacking=lacking,
    )
    app.context.changed = True
    _tell(app, done)


def _tell(app: App, done: Restored) -> None:
    """What is in place again, what is not in it, and who must be asked."""
    app.out.record(
        {
            "vault": str(done.path),
            "vault words": " ".join(done.words),
            "entries": done.entries,
            "newest": done.newest,
            "sealed values": done.blobs,
            "entries that this machine had verified beyond": done.lost,
        }
    )
    app.out.note(
        "what was written after the backup is lost: ask every member how many entries they had verified"
    )
    for one in done.missing:
        app.out.note(f"a sealed value is not in the backup: {one}")
    if done.lost:
        app.out.note(
            f"this machine refuses the copy: it verified {done.lost} more entries, which somebody may still have; "
            "if they are lost, an administrator goes on with: keyholder audit continue"
        )


def _place(app: App, home: Home) -> Path:
    """Where the vault was, or is to be."""
    from vault.errors import UsageProblem

    found = app.settings.vault or (home.place().vault if home.exists() else None)
    if found is None or "://" in found:
        raise UsageProblem("where the vault is to be put is not known", hint="give --to FILE")
    return Path(found)
