"""Floor of an import: click, csv, SQLite, one unlock, one AEAD and one canonical entry per row, one signature."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sqlite3
import sys

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bench.floors import sealed


@click.command()
@click.argument("file")
@click.argument("database")
def main(file: str, database: str) -> None:
    sealed.unlock()
    sealed.open_seals(1)
    cipher, conn = ChaCha20Poly1305(os.urandom(32)), sqlite3.connect(database)
    conn.execute("CREATE TABLE IF NOT EXISTS t (body BLOB, blob BLOB)")
    with open(file, newline="", encoding="utf-8") as lines:  # noqa: PTH123 - pathlib is an import of its own
        for row in csv.reader(lines):
            blob = cipher.encrypt(os.urandom(12), json.dumps(row).encode(), b"floor")
            body = json.dumps({"details": hashlib.sha256(blob).hexdigest()}, sort_keys=True).encode()
            conn.execute("INSERT INTO t VALUES (?, ?)", (body, blob))
            hashlib.sha256(body).digest()
    Ed25519PrivateKey.from_private_bytes(os.urandom(32)).sign(b"a head")
    conn.commit()
    sys.stdout.write("floor\n")


if __name__ == "__main__":
    main()
