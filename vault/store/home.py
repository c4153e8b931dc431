"""A member's home on one machine: where the vault is, the sealed keyset, the device secret, the projection.

    home.json    where the shared database is, which vault, which keyset, a held head   nothing secret
    keyset.json  the keyset, sealed under passphrase and device secret
    device.key   32 random bytes; useless without the passphrase, and the other way round
    state.db     the projection and the pin

The folder is 0700 and the files 0600, checked at every open: somebody else's write access is a way in.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from vault.errors import IntegrityError, NotFound, UsageProblem, VaultError
from vault.store import durable

# A home is never made over another: what is left of this one stays, and the vault's file may lie in it.
NEW_KEYS = (
    "take it from a backup of this machine; else set KEYHOLDER_HOME to a new folder and get new keys: another "
    "administrator runs `keyholder person rekey PERSON`, you run `keyholder join FILE`; where there is no other: "
    "keyholder recover"
)


class Place(NamedTuple):
    """What home.json says. ``held`` is the head that an invitation carried: (size, root in hex)."""

    vault: str
    vault_id: str
    keyset: str
    person: str
    held_size: int = 0
    held_root: str = ""


def _checked(place: Place) -> Place:
    """The place, if every field has its form; ValueError or TypeError otherwise."""
    texts = (place.vault, place.vault_id, place.keyset, place.person, place.held_root)
    if not all(isinstance(text, str) for text in texts) or type(place.held_size) is not int:
        raise TypeError("a field is not of its type")
    sizes = (len(bytes.fromhex(place.vault_id)), len(bytes.fromhex(place.held_root)))
    if place.held_size < 0 or sizes[0] not in (0, 32) or sizes[1] != (32 if place.held_size else 0):
        raise ValueError("an id or a head is not of its size")
    return place


class Home:
    """The folder. Files are written whole or not at all, and never replaced by accident."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state.db"
        self.keyset = folder / "keyset.json"
        self.device = folder / "device.key"
        self._place = folder / "home.json"

    def exists(self) -> bool:
        """True if somebody made this home."""
        return self._place.exists()

    def check(self) -> None:
        """Refuse a home that is missing, or that others may write."""
        if not self.exists():
            raise NotFound(
                f"there is no Keyholder home at {self.folder}",
                hint="make a vault with: keyholder init, or join one with: keyholder join FILE",
            )
        for path in (self.folder, self._place, self.keyset, self.device, self.state):
            if path.exists() and path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise IntegrityError(
                    f"others may write {path}", hint=f"run: chmod go-w {quote(str(path))}, and ask who could"
                )
        for path in (self.keyset, self.device):
            if path.exists() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
                raise IntegrityError(
                    f"others may read {path}",
                    hint=f"run: chmod go= {quote(str(path))}, and take the passphrase for known",
                )

    def make(self) -> None:
        """Make the folder, for one user only."""
        if self.exists():
            raise UsageProblem(
                f"there is a Keyholder home at {self.folder} already; nothing was changed",
                hint="set KEYHOLDER_HOME to another folder for another member",
            )
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)

    def forget(self) -> None:
        """Undo a home that was begun and never used: its files, the one that makes it a home last."""
        state = self.state.name
        for name in (
            state,
            f"{state}-wal",
            f"{state}-shm",
            self.keyset.name,
            self.device.name,
            self._place.name,
        ):
            (self.folder / name).unlink(missing_ok=True)

    def place(self) -> Place:
        """What home.json says; anything else in it is refused."""
        try:
            return _checked(Place(**json.loads(self._place.read_bytes())))
        except FileNotFoundError:
            raise NotFound(
                f"there is no Keyholder home at {self.folder}",
                hint="make a vault with: keyholder init, or join one with: keyholder join FILE",
            ) from None
        except (ValueError, TypeError, RecursionError):
            raise IntegrityError(f"{self._place} is damaged", hint=NEW_KEYS) from None

    def set_place(self, place: Place) -> None:
        """Write home.json."""
        self.write(self._place, json.dumps(place._asdict(), indent=1, sort_keys=True).encode() + b"\n")

    def read(self, path: Path) -> bytes:
        """A file of this home."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise VaultError(
                f"{path} is missing",
                hint=NEW_KEYS,
            ) from None

    def write(self, path: Path, data: bytes) -> None:
        """Write a file whole: a crash leaves the old one or the new one."""
        try:
            durable.replace(path, data)
        except OSError as problem:
            raise VaultError(
                f"{path} cannot be written: {problem.strerror}",
                hint=f"look what is in its place or beside it ({path.name}.new), and who could",
            ) from None
