"""Epochs: sealed to exactly those who belong to the team, or left out by one that follows an older one."""

from __future__ import annotations

from audit.deep import owed
from audit.deep.forms import Void
from audit.deep.keys import ONE_THING
from audit.deep.register import TEAMS, Register, Said, known, new
from audit.deep.things import Epoch


def epoch_started(reg: Register, said: Said) -> None:
    team, seals = said.data["team"], frozenset(said.data["seals"])
    if not said.roles & TEAMS[team] and not said.by_recovery:
        raise Void("only a member of the team starts its epoch")
    left_out = _left_out(reg, said)
    if not left_out and not reg.due(team):
        raise Void("nobody has come or gone since the epoch in force began")
    before = reg.newest.get(team)
    if said.data["number"] != (before.number + 1 if before else 1):
        raise Void("its number is not the next one")
    if ("predecessor" in said.data) != (before is not None):
        raise Void("an epoch seals the key of the one before, and the first has none before it")
    if seals != reg.belongs(team):
        raise Void("it is not sealed to exactly those who belong to the team")
    new(reg.epochs, said.subject, "the epoch")
    for epoch in left_out:
        epoch.skipped = said.seq
    owed.epochs_skipped(reg, said, left_out)
    follows = said.data.get("follows", before.id if before else None)
    started = Epoch(said.subject, team, said.data["number"], said.seq, seals, said.keyset, follows)
    reg.epochs[started.id] = reg.newest[team] = started


def _left_out(reg: Register, said: Said) -> list[Epoch]:
    """Epochs past which this one goes, by naming an older one: on its author's word that they do not open."""
    if "follows" not in said.data:
        return []
    older = known(reg.epochs, said.data["follows"], "the epoch that it follows")
    if older.team != said.data["team"] or older.skipped is not None:
        raise Void("it follows another team's epoch, or one that was left out")
    if said.by_recovery and said.keyset not in reg.readmits:
        raise Void(ONE_THING)
    if said.keyset not in older.seals:
        raise Void("who follows an epoch has that epoch's key")
    team = (epoch for epoch in reg.epochs.values() if epoch.team == older.team and epoch.skipped is None)
    left_out = [epoch for epoch in team if epoch.number > older.number]
    if not left_out:
        raise Void("it follows the newest, and names it all the same")
    if any(epoch.author == said.keyset for epoch in left_out):
        raise Void("an epoch's own author can open it")
    return left_out


RULES = {"epoch.started": epoch_started}
