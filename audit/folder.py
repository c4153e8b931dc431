"""Read an export: a directory of files that somebody else controls.

    checkpoint                      the newest head, a signed note
    tile/<L>/<N>[.p/<W>]            hashes                                             (c2sp.org/tlog-tiles)
    tile/entries/<N>[.p/<W>]        the entries' exact bytes, in bundles of 256        (c2sp.org/tlog-tiles)
    commits/<N>[.p/<W>]             the signed heads of the commits that end there, in bundles alike
    cosigned                        the newest head that a witness has cosigned, if any, with its lines
    vkeys.txt, README               for people; nothing here reads them

Only plain files are opened, and never more is read than a file of that kind can hold.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from audit import checkpoint, note
from audit.checkpoint import Checkpoint
from audit.entry import MAX_BODY
from audit.errors import BadExport
from audit.merkle import HASH_SIZE, TILE_WIDTH, entries_path, tile_path
from audit.tiles import commits_path, unpack

_MAX_BUNDLE = TILE_WIDTH * (2 + MAX_BODY)


class Folder:
    """The files of an export. What comes back has the form asked for, and is otherwise unverified."""

    __slots__ = ("path",)

    def __init__(self, path: Path) -> None:
        self.path = path

    def head(self) -> tuple[bytes, Checkpoint]:
        """The newest head: the note, and what its text says. Nothing of it is verified."""
        raw = self.read("checkpoint", note.MAX_SIZE)
        return raw, checkpoint.parse_text(note.parse(raw).text)

    def tile(self, level: int, n: int, width: int) -> bytes:
        name, size = tile_path(level, n, width), width * HASH_SIZE
        raw = self.read(name, size)
        if len(raw) != size:
            raise BadExport(f"{name} has not {width} hashes")
        return raw

    def entries(self, n: int, width: int) -> list[bytes]:
        """The bodies of a bundle, exactly as many as asked for."""
        name = entries_path(n, width)
        bodies = self._bundle(name)
        if len(bodies) != width:
            raise BadExport(f"{name} has {len(bodies)} entries, not {width}")
        return bodies

    def notes(self, n: int, width: int) -> list[tuple[int, bytes]]:
        """The heads signed in this bundle: the size that each states, and the note, in the order of the log.

        Of a note only its size is read here: whoever believes one verifies it.
        """
        name = commits_path(n, width)
        found = [(checkpoint.size_of(raw), raw) for raw in self._bundle(name)]
        sizes = [n * TILE_WIDTH, *(size for size, _ in found)]
        if sizes != sorted(set(sizes)) or sizes[-1] > n * TILE_WIDTH + width:
            raise BadExport(f"{name} holds heads of other places, or in another order")
        return found

    def has_notes(self, n: int, width: int) -> bool:
        """Whether a commit ends in this bundle."""
        return self._stat(commits_path(n, width)).st_size > 0

    def read(self, name: str, most: int) -> bytes:
        """A plain file of at most so many bytes."""
        size = self._stat(name).st_size
        if size > most:
            raise BadExport(f"{name} is longer than it can be")
        try:
            with (self.path / name).open("rb") as file:
                return file.read(most + 1)
        except OSError as exc:
            raise BadExport(f"{name} cannot be read") from exc

    def _bundle(self, name: str) -> list[bytes]:
        raw = self.read(name, _MAX_BUNDLE)
        try:
            return unpack(raw)
        except BadExport as exc:
            raise BadExport(f"{name}: {exc.message}") from exc

    def _stat(self, name: str) -> os.stat_result:
        try:
            found = (self.path / name).stat()
        except OSError as exc:
            raise BadExport(f"{name} is missing") from exc
        if not stat.S_ISREG(found.st_mode):
            raise BadExport(f"{name} is not a file")
        return found
