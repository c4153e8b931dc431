"""Floor of `account list`: click, SQLite, one unlock, one seal, one AEAD per account, one line per account."""

from __future__ import annotations

import sqlite3
import sys

import click

from bench.floors import sealed


@click.command()
@click.argument("database")
@click.argument("count", type=int)
def main(database: str, count: int) -> None:
    conn = sqlite3.connect(database)
    sealed.unlock()
    sealed.open_seals(1)
    blobs = conn.execute("SELECT hash, data FROM blobs WHERE length(data) < 400 LIMIT ?", (count,)).fetchall()
    sealed.open_bodies([len(data) for _, data in blobs])
    sys.stdout.write("".join(f"{name}  x  open\n" for name, _ in blobs))


if __name__ == "__main__":
    main()
