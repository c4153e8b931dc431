"""Backups that were made: how long the log was in each."""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register


def _backup(reg: Register, fact: Fact) -> None:
    reg.put("backup", seq=fact.seq, size=fact.data["size"])


EVENTS = (Event("backup.made", "", {"size": e.count}, e.STAFF, _backup),)
