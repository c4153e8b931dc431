"""Floor of `secret show`: click, SQLite, one unlock, two seals, one wrap, one body, one signature."""

from __future__ import annotations

import os
import sqlite3
import sys

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.floors import sealed


@click.command()
@click.argument("database")
def main(database: str) -> None:
    conn = sqlite3.connect(database)
    conn.execute("SELECT body FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
    sealed.unlock()
    sealed.open_seals(2)
    sealed.open_bodies([32, 256])
    Ed25519PrivateKey.from_private_bytes(os.urandom(32)).sign(b"a head")
    sys.stdout.write("floor\n")


if __name__ == "__main__":
    main()
