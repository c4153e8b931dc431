"""Backups: an age file (age-encryption.org/v1, C2SP age.md), readable with any age program.

Sealed to age recipients (offline keys) or under a passphrase, never both. The file starts with its own mark.
age does not say who wrote a file or whether it is the newest: a restored backup is checked against the log's
pin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.errors import Locked, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

_MARKS = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")


def encrypt_to(
    source: BinaryIO, target: BinaryIO, *, recipients: Sequence[str] = (), passphrase: str | None = None
) -> None:
    """Write the age file of what ``source`` holds: in pieces for recipients, as a whole under a passphrase."""
    import pyrage

    if not recipients or passphrase is not None:
        target.write(encrypt(source.read(), recipients=recipients, passphrase=passphrase))
    else:
        pyrage.encrypt_io(source, target, [_recipient(text) for text in recipients])


def encrypt(data: bytes, *, recipients: Sequence[str] = (), passphrase: str | None = None) -> bytes:
    """The age file of `data`, for age1.. recipients or for whoever has the passphrase."""
    import pyrage

    if bool(recipients) == (passphrase is not None):
        raise UsageProblem(
            "a backup is sealed to recipients or under a passphrase: name one of the two",
            hint="give --to AGE-RECIPIENT, or --passphrase ask",
        )
    if passphrase is not None:
        return bytes(pyrage.passphrase.encrypt(data, passphrase))
    return bytes(pyrage.encrypt(data, [_recipient(text) for text in recipients]))


def decrypt(sealed: bytes, *, identity: str | None = None, passphrase: str | None = None) -> bytes:
    """What was in the age file, opened with an identity (AGE-SECRET-KEY-1..) or passphrase; else Locked."""
    import pyrage

    if (identity is None) == (passphrase is None):
        raise UsageProblem(
            "a backup is opened with an identity or a passphrase: name one of the two",
            hint="give --identity @FILE, or --passphrase ask",
        )
    if not sealed.startswith(_MARKS):
        raise Locked(
            "this is no backup: age did not make this file, or it is damaged", hint="is it the right file?"
        )
    try:
        if identity is not None:
            return bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity.strip())]))
        return _with_passphrase(sealed, passphrase)
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise Locked(
            "that key or passphrase does not open this backup, or the file is damaged",
            hint="try the key or passphrase that it was made with; else another copy",
        ) from None


def _with_passphrase(sealed: bytes, passphrase: str | None) -> bytes:
    """age asks a second of work of whoever seals and refuses 16 seconds: each time it measures how fast the
    machine is just now, so a machine that is busy may refuse what it opens a moment later."""
    import pyrage

    for _ in range(3):
        try:
            return bytes(pyrage.passphrase.decrypt(sealed, passphrase))
        except pyrage.DecryptError as error:
            if not str(error).startswith("Excessive work"):
                raise
    raise Locked(
        "this backup asks for more work than this machine does in 16 seconds, as busy as it is now",
        hint="open it when the machine has less to do, or on a faster one",
    )


def _recipient(text: str) -> object:
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise UsageProblem("a backup recipient is not an age public key (age1 ..)") from None
