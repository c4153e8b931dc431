"""Floor of a first sync: read every body, hash it, parse it, and check one signature per commit."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@click.command()
@click.argument("database")
def main(database: str) -> None:
    conn = sqlite3.connect(database)
    key = Ed25519PrivateKey.from_private_bytes(os.urandom(32))
    public, signature = key.public_key(), key.sign(b"a head")
    for (body,) in conn.execute("SELECT body FROM entries ORDER BY seq"):
        hashlib.sha256(b"\x00" + body).digest()
        json.loads(body)
    for _ in conn.execute("SELECT size FROM commits"):
        public.verify(signature, b"a head")
    sys.stdout.write("floor\n")


if __name__ == "__main__":
    main()
