"""Tiles for a proof, as this client knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit import merkle

if TYPE_CHECKING:
    from vault.ops.session import Vault


class VerifiedTiles:
    """Tiles for a proof: from the leaves that this client verified, and from full tiles of the shared database."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def tile(self, level: int, n: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile. A wrong one from the database makes a proof that does not verify."""
        start = n * merkle.TILE_WIDTH
        if level == 0:
            return b"".join(self._vault.state.leaves(start, start + width))
        if width == merkle.TILE_WIDTH:
            return self._vault.shared.tile(level, n)
        below = (self.tile(level - 1, start + i, merkle.TILE_WIDTH) for i in range(width))
        return b"".join(map(merkle.tile_root, below))


class OwnTiles:
    """The same from this client's leaves alone. Slower the first time: for a doubt that the database may have sown."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._roots: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, n: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile."""
        start = n * merkle.TILE_WIDTH
        if level == 0:
            return b"".join(self._vault.state.leaves(start, start + width))
        return b"".join(self._root(level - 1, start + i) for i in range(width))

    def _root(self, level: int, n: int) -> bytes:
        if (level, n) not in self._roots:
            self._roots[level, n] = merkle.tile_root(self.tile(level, n, merkle.TILE_WIDTH))
        return self._roots[level, n]
