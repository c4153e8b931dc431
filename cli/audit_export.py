"""`keyholder audit export|receipt|keys|check-receipt`: what somebody without the vault checks the log by."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from cli.opening import open_vault
from cli.options import App, command
from vault.errors import IntegrityError, UsageProblem

if TYPE_CHECKING:
    from audit.note import Vkey


@command("export", example="keyholder audit export /media/stick/log")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(app: App, *, folder: Path) -> None:
    """Write the log into a directory that anybody can verify: python -m audit verify. No name is in it.

    The same directory again adds what is new and nothing else.
    """
    from vault.ops import exporting
    from vault.ops.log import mark_kept

    vault = open_vault(app, unlock=False)
    done = exporting.export(vault, folder)
    mark_kept(vault)
    id_ = vault.vault_id.hex()
    app.out.record({"folder": str(folder), "before": done.before, "size": done.size, "vault id": id_})
    app.out.note(
        f"who checks it needs no vault: python -m audit verify {quote(str(folder))} --vault-id {id_}"
    )


@command("receipt", example="keyholder audit receipt 41 > entry-41.tlog-proof")
@click.argument("entry", type=int)
def receipt(app: App, *, entry: int) -> None:
    """Print the proof that an entry stands in the log. Anybody checks it with nothing else but a signer's key."""
    from vault.ops import exporting

    vault = open_vault(app, unlock=False)
    app.out.bare(exporting.receipt(vault, entry).removesuffix("\n"))
    app.out.note(
        "check it with: keyholder audit check-receipt FILE --vkey KEY; the keys: keyholder audit keys"
    )


@command("keys", example="keyholder audit keys")
def signing_keys(app: App) -> None:
    """The keys that sign this log or once did, and whose they are. Hand them over by another way than receipts."""
    from vault.ops import exporting

    vault = open_vault(app, unlock=False)
    rows = [(k.vkey, k.keyset, k.person, k.added, k.revoked) for k in exporting.signer_keys(vault)]
    app.out.rows(("vkey", "keyset", "person", "added", "revoked"), rows)


_WHOSE_KEY = "give the key of whoever signed its head: see `keyholder audit keys`; if it was that, the receipt is false"


def _vkey(text: str) -> Vkey:
    from audit.note import parse_vkey
    from cli.given import meant

    with meant("--vkey", hint="a key is one of those that `keyholder audit keys` lists, whole"):
        return parse_vkey(text)


@command("check-receipt", example="keyholder audit check-receipt entry-41.tlog-proof --vkey KEY")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--vkey", "vkeys", multiple=True, required=True, help="A key that may have signed the head; repeatable."
)
def check_receipt(app: App, *, file: Path, vkeys: tuple[str, ...]) -> None:
    """Check a receipt: no vault, no database, no passphrase."""
    from audit.entry import encode
    from audit.errors import BadSignature
    from audit.proof import MAGIC
    from audit.proof import check_receipt as check

    raw, keys = file.read_bytes(), [_vkey(text) for text in vkeys]
    if not raw.startswith(MAGIC.encode()):
        raise UsageProblem(f"{file} is not a receipt", hint="give a file that `keyholder audit receipt` made")
    try:
        found = check(raw, vkeys=keys)
    except BadSignature as problem:
        raise IntegrityError(problem.message, hint=_WHOSE_KEY) from None
    words = {"entry": found.entry.seq, "log": found.head.origin, "log size": found.head.size}
    app.out.record({**words, "body": encode(found.entry).decode()})
