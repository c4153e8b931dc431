"""Floor of a leaver: one commit key per holder, every body sealed once, every data key wrapped for every holder."""

from __future__ import annotations

import hmac
import os
import secrets
import string
import sys

import click
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bench.floors import sealed

LETTERS = string.ascii_letters + string.digits


@click.command()
@click.argument("accounts", type=int)
@click.argument("holders", type=int)
def main(accounts: int, holders: int) -> None:
    sealed.unlock()
    public = sealed.key(os.urandom(32)).public_key()
    commit_keys = [os.urandom(32) for _ in range(holders)]
    for commit_key in commit_keys:
        sealed.SUITE.encrypt(commit_key, public, info=b"floor")
    for account in range(accounts):
        password = "".join(secrets.choice(LETTERS) for _ in range(24))
        dek = os.urandom(32)
        ChaCha20Poly1305(dek).encrypt(bytes(12), password.encode().ljust(256), None)
        for commit_key in commit_keys:
            key = hmac.digest(commit_key, b"place %d" % account, "sha256")
            ChaCha20Poly1305(key).encrypt(bytes(12), dek, None)
    sys.stdout.write("floor\n")


if __name__ == "__main__":
    main()
