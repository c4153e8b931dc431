"""Floor of one append: an entry and a head in SQLite, hashed, signed, the signature checked, waited for on the disk."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def appender(file: Path) -> Callable[[], None]:
    """A function that appends one entry, in a commit of its own."""
    conn = sqlite3.connect(file, isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"):
        conn.execute(statement)
    conn.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, body BLOB)")
    conn.execute("CREATE TABLE heads (size INTEGER PRIMARY KEY, note BLOB)")
    key = Ed25519PrivateKey.from_private_bytes(os.urandom(32))
    public, leaf, size = key.public_key(), bytes(32), 0

    def append() -> None:
        nonlocal leaf, size
        conn.execute("BEGIN IMMEDIATE")
        body = json.dumps({"prev": leaf.hex(), "seq": size, "event": "floor"}, sort_keys=True).encode()
        leaf, size = hashlib.sha256(body).digest(), size + 1
        signature = key.sign(b"a head %d" % size + leaf)
        public.verify(signature, b"a head %d" % size + leaf)
        conn.execute("INSERT INTO entries VALUES (?, ?)", (size - 1, body))
        conn.execute("INSERT INTO heads VALUES (?, ?)", (size, signature))
        conn.execute("COMMIT")

    return append
