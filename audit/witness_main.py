"""`python -m audit witness` and `request`: what an auditor types to be a witness, and whoever wants a cosignature.

python -m audit witness new FOLDER                                  the witness's key, to be added to the vault
python -m audit witness cosign FOLDER EXPORT --vault-id WORDS       first contact; later without the words
python -m audit witness cosign FOLDER REQUEST                       a file, or - for stdin
python -m audit witness serve FOLDER --port 8417
python -m audit request EXPORT --old SIZE                           what to send to add-checkpoint
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit import b64
from audit.errors import BadVaultId, BadWitness

if TYPE_CHECKING:
    from audit.witness_store import Witness

PORT = 8417


def add_commands(commands: Any) -> None:
    """The parsers of both commands."""
    ask = commands.add_parser("request", help="write the request for a cosignature of an export's head")
    ask.set_defaults(run=_request)
    ask.add_argument("folder", metavar="DIR", type=Path, help="the export")
    ask.add_argument("--old", metavar="SIZE", type=int, required=True, help="what the witness cosigned last")
    witness = commands.add_parser(
        "witness", help="be a witness: cosign heads that continue what you saw last"
    )
    verbs = witness.add_subparsers(required=True, metavar="VERB")
    for name, run, words in (
        ("new", _new, "make a witness in a new folder, and print its key"),
        ("cosign", _cosign, "read an export, or check a request, and print the cosignature"),
        ("serve", _serve, "answer add-checkpoint over HTTP on this machine"),
        ("show", _show, "the witness's key, and the head cosigned last of each log"),
    ):
        verb = verbs.add_parser(name, help=words)
        verb.set_defaults(run=run)
        verb.add_argument(
            "witness", metavar="FOLDER", type=Path, help="where the witness's key and state lie"
        )
        _options(verb, name)


def _options(verb: ArgumentParser, name: str) -> None:
    if name == "new":
        verb.add_argument(
            "--name", help="its name in signature lines; default: witness/ and 16 random digits"
        )
    if name == "cosign":
        verb.add_argument("what", metavar="WHAT", help="an export's directory, or a request: a file, or -")
        verb.add_argument(
            "--vault-id", help="at first contact: ten words or 64 digits, from somebody you trust"
        )
    if name == "serve":
        verb.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")


def seconds() -> int:
    """Seconds since 1970, as a cosignature bears them."""
    return int(time.time())


def new(folder: Path, name: str | None = None, *, random: Callable[[int], bytes] = os.urandom) -> Witness:
    """A new witness; without a name of its own it gets a random one, which says nothing of anybody."""
    from audit.witness_store import Witness

    name = f"witness/{random(8).hex()}" if name is None else name
    return Witness.create(folder, name=name, seed=random(32), clock=seconds)


def opened(folder: Path, *, clock: Callable[[], int]) -> Witness:
    """The witness in a folder."""
    from audit.witness_store import Witness

    return Witness(folder, clock=clock)


def cosign(folder: Path, what: str, vault_id: str | None, *, clock: Callable[[], int]) -> str:
    """The cosignature for an export's head or for a request."""
    from audit.words import parse_vault_id

    witness = opened(folder, clock=clock)
    if what != "-" and Path(what).is_dir():
        try:
            words = parse_vault_id(vault_id) if vault_id else None
        except BadVaultId as exc:
            raise BadWitness(f"--vault-id: {exc}") from exc
        return witness.read(Path(what), words)
    return witness.add_checkpoint(sys.stdin.buffer.read() if what == "-" else Path(what).read_bytes())


def serve(folder: Path, port: int, *, clock: Callable[[], int]) -> None:
    """Answer until interrupted, which is its normal end."""
    from audit.witness_http import HOST, Server

    with Server(opened(folder, clock=clock), port) as server, suppress(KeyboardInterrupt):
        sys.stderr.write(f"witness: listening on http://{HOST}:{server.server_address[1]}/add-checkpoint\n")
        sys.stderr.flush()
        server.serve_forever()


def request(folder: Path, old: int) -> str:
    """What to send to add-checkpoint, from an export."""
    from audit.folder import Folder
    from audit.proof import consistency_proof
    from audit.witness import write_request

    shown = Folder(folder)
    raw, head = shown.head()
    if not 0 <= old <= head.size:
        raise BadWitness(f"--old is a size from 0 to {head.size}")
    proof = consistency_proof(shown, old=old, size=head.size) if old else []
    return write_request(raw, old=old, proof=proof)


def describe(witness: Witness) -> list[dict[str, Any]]:
    """The head cosigned last of each log."""
    return [
        {
            "log": each.origin,
            "size": each.size,
            "root": b64.encode(each.root),
            "at": each.at,
            "read": each.read.size,
        }
        for each in witness.known()
    ]


def _new(given: Namespace) -> int:
    sys.stdout.write(f"{new(given.witness, given.name).vkey}\n")
    return 0


def _cosign(given: Namespace) -> int:
    sys.stdout.write(cosign(given.witness, given.what, given.vault_id, clock=seconds))
    return 0


def _serve(given: Namespace) -> int:
    serve(given.witness, given.port, clock=seconds)
    return 0


def _show(given: Namespace) -> int:
    witness = opened(given.witness, clock=seconds)
    lines = [witness.vkey, *("  ".join(f"{k} {v}" for k, v in each.items()) for each in describe(witness))]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0


def _request(given: Namespace) -> int:
    sys.stdout.write(request(given.folder, given.old))
    return 0
