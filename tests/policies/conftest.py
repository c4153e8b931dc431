"""The vaults of the edge cases, for what each document says beside them."""

from __future__ import annotations

from tests.policies.edges.conftest import av, force, np, ns, wm

__all__ = ["av", "force", "np", "ns", "wm"]
