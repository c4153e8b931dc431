"""Refusals: who was refused what, by which clause."""

from __future__ import annotations

from tests.domain.fold import force, per


def test_what_is_kept() -> None:
    """The person who was refused; no clause and no subject where the entry names none."""
    scene = force()
    scene.do("action.refused", by="hal", action="account_open")
    row = scene.row("refusal")
    assert (row["person"], row["clause"], row["about"]) == (per("hal"), None, None)
