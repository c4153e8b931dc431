"""After a restore: the administrators' statement, and the question to each machine that had verified more.

A machine whose pin does not fit the log reads and writes nothing against it, but for this. `survey` verifies the whole
log that is shown, finds the entry from which it is another than the one known here, and looks for the administrators'
statement that names just that: the same place, and the head that was lost. Where it is in force, somebody at the
machine is asked (`accept`); where it is missing or waits, an administrator gives it (`go_on`). Both fold the register
again from the log and move the pin in one transaction; what was lost is kept aside, as ids and codes.

A statement that this machine has verified before explains nothing: it lies before the place where the two logs part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.entry import decode
from audit.errors import BadChain
from audit.follow import Commit, Follower, Head
from audit.merkle import Frontier
from vault.domain import events, table
from vault.domain.continuing import RESTORED
from vault.domain.keys import members, stands
from vault.errors import Busy, IntegrityError, Refused
from vault.ops import log
from vault.ops.clock import check_clock
from vault.ops.comparing import CHUNK, Replay
from vault.ops.keyring import text
from vault.ops.session import Synced, moment
from vault.ops.tx import Tx
from vault.ops.walk import walk

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.ops.session import Vault
    from vault.store.register import Pin, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What administrators said of this machine's lost entries; ``seq`` is where it took effect, or where it waits."""

    seq: int
    size: int
    by: tuple[str, ...]
    waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A log that does not fit the pin, verified whole. ``at``: the first entry that is not the one known here;
    ``administrators`` as this machine knew them, ``roles`` and ``person`` as the log shown has its own keys."""

    pin: Pin
    known: Head
    shown: Head
    at: int
    lost: tuple[Row, ...]
    statement: Statement | None
    administrators: frozenset[str]
    roles: frozenset[str]
    person: str

    @property
    def short_of_word(self) -> bool:
        """Whether fewer of those who are administrators as far as this machine knows have said so than should.

        Where the statement waits, whoever goes on from here says so too.
        """
        said = set(self.statement.by) if self.statement else set()
        if self.statement and self.statement.waiting:
            said.add(self.person)
        return len(self.administrators & said) < min(2, len(self.administrators))

    @property
    def by_nobody_known(self) -> bool:
        """Whether somebody has said so, but none of those who are administrators as far as this machine knows."""
        return self.statement is not None and not self.administrators & set(self.statement.by)

    @property
    def may_accept(self) -> bool:
        """Whether the administrators' word is in force."""
        return self.statement is not None and not self.statement.waiting


def survey(vault: Vault) -> Survey | None:
    """The log against this machine's pin; None where it fits. Raises at the first fault, as `audit verify` does."""
    pin = vault.state.pin()
    if pin is None:
        return None
    replay = Replay()
    done = log.follow(vault.shared, {1: vault.vault_id}, replay=replay)
    at = _parting(vault.state, replay.state, min(pin.size, done.size))
    if at == pin.size:
        return None
    known = Head(pin.size, Frontier.from_bytes(pin.size, pin.frontier).root(), pin.last)
    author = table.author(replay.state, vault.place.keyset, "", {})
    found = Survey(
        pin=pin,
        known=known,
        shown=done.head(),
        at=at,
        lost=tuple(vault.state.leaf_rows(at, pin.size)),
        statement=_statement(vault, replay.state, at, known),
        administrators=frozenset(members(vault.state, events.ADMINISTRATOR)),
        roles=author[1],
        person=author[0],
    )
    replay.state.close()
    return found


def _parting(mine: State, theirs: State, end: int) -> int:
    """How many entries both logs have in common, byte for byte."""
    for start in range(0, end, CHUNK):
        stop = min(start + CHUNK, end)
        pairs = zip(mine.leaves(start, stop), theirs.leaves(start, stop), strict=True)
        for seq, (ours, other) in enumerate(pairs, start):
            if ours != other:
                return seq
    return end


def _statement(vault: Vault, reg: State, at: int, known: Head) -> Statement | None:
    """The statement that explains this machine's pin: one in force before one that waits."""
    for row in reg.find("restored", continued=at):
        if _names(known, at, row["root"], row["size"]):
            by = _authors(vault, reg, row["seq"])
            return Statement(seq=row["seq"], size=row["size"], by=by, waiting=False)
    for row in reg.find("pending", event=RESTORED, confirmed=None):
        said = row["data"]
        if stands(reg, row) and said["continued"] == at and _names(known, at, said["root"], said["size"]):
            return Statement(seq=row["seq"], size=said["size"], by=(row["person"],), waiting=True)
    return None


def _names(known: Head, at: int, root: str, size: int) -> bool:
    """The very head, or a longer one of which this machine had seen the beginning."""
    return root == text(known.root) if size == known.size else at < known.size < size


def _authors(vault: Vault, reg: State, seq: int) -> tuple[str, ...]:
    """Who made the statement that took effect there, and who confirmed it."""
    waited = reg.find("pending", confirmed=seq)
    entry = decode(vault.shared.bodies(seq, seq + 1)[0])
    writer = table.author(reg, entry.actor, entry.event, entry.data)[0]
    if not writer:  # whose keys have been revoked since
        row = reg.get("keyset", id=entry.actor)
        writer = row["person"] if row else ""
    return (*(row["person"] for row in waited), writer)


# --- going on ---------------------------------------------------------------------------------------------------


def accept(vault: Vault, found: Survey) -> Synced:
    """Take the restored log for the log: only where the administrators' word for it is in force."""
    if not found.may_accept:
        raise IntegrityError("no statement of the administrators explains what is lost")
    with _on_restored(vault, found):
        pass
    vault.reload()
    vault.state.settle()
    return Synced(vault.follower.size, tuple(row["seq"] for row in vault.state.find("void")))


def go_on(vault: Vault, found: Survey) -> tuple[int, bool]:
    """Give the statement, or confirm the one that waits: (its entry, whether it is in force now)."""
    if events.ADMINISTRATOR not in found.roles:
        raise Refused(
            "only an administrator of the restored log can continue it",
            hint="they run: keyholder audit continue; whoever was admitted after the backup joins again",
        )
    lost = _lost_statements(vault.state, found)
    door = vault.shared.door
    now = vault.clock()
    door.begin()
    try:
        with _on_restored(vault, found):
            check_clock(vault, now)
            tx = Tx(vault, now)
            seq = _say(tx, found, lost)
            if tx.written:
                tx.append()
            waits = vault.state.get("pending", seq=seq)
            in_force = waits is None or waits["confirmed"] is not None
    finally:
        door.rollback()
        vault.reload()
    vault.state.settle()
    return seq, in_force


def _say(tx: Tx, found: Survey, lost: Sequence[Mapping[str, Any]]) -> int:
    """The statement about this machine's pin, or its confirmation; then those that are lost."""
    waiting = found.statement
    if waiting is None:
        root = text(found.known.root)
        first = tx.emit(RESTORED, "", continued=found.at, size=found.known.size, root=root)
    else:
        first = waiting.seq
        if waiting.by != (found.person,):
            tx.emit("entry.confirmed", "", entry=first)
    for said in lost:
        tx.emit(RESTORED, "", **said)
    return first


def _lost_statements(state: State, found: Survey) -> list[dict[str, Any]]:
    """Earlier statements that are lost themselves: machines that have not answered them yet still need them."""
    return [
        {"continued": min(row["continued"], found.at), "size": row["size"], "root": row["root"]}
        for row in state.find("restored")
        if row["seq"] >= found.at
    ]


@contextmanager
def _on_restored(vault: Vault, found: Survey) -> Iterator[None]:
    """The projection made again from the log that was surveyed, and the pin on it, in one transaction."""
    try:
        with vault.state.transaction():
            _same_pin(vault, found)
            vault.state.clear()
            _fold_again(vault, found)
            _remember(vault, found)
            yield
    except BaseException:
        vault.reload()
        raise


def _same_pin(vault: Vault, found: Survey) -> None:
    if vault.state.pin() != found.pin:
        raise Busy("another command of this home has gone on meanwhile", hint="try again")


def _fold_again(vault: Vault, found: Survey) -> None:
    """From the first entry, verified once more; the log may have grown since, and must extend what was surveyed."""
    known = {1: vault.vault_id, found.shown.size: found.shown.root}
    vault.follower, times = Follower.start(held=known), list[str]()

    def fold(done: Commit, start: int) -> None:
        vault.fold(done, start)
        times[:] = [done.entries[-1].time]

    walk(vault.shared, vault.follower, fold)
    if vault.shared.entry_count() != vault.follower.size:
        raise BadChain("what follows the newest signed head was signed by nobody", seq=vault.follower.size)
    vault.pin_here(*times)


def _remember(vault: Vault, found: Survey) -> None:
    """What was given up, and on whose word; it is not asked again."""
    size, said = found.known.size, found.statement
    vault.state.put_all("lost", [{"size": size, **row} for row in found.lost])
    vault.state.put(
        "accepted",
        seq=said.seq if said else vault.follower.size,
        continued=found.at,
        size=max(size, said.size if said else 0),
        at=moment(vault.clock()),
    )


def list_lost(vault: Vault) -> Sequence[Row]:
    """What this machine had verified and gave up: to be recorded again where it is a fact."""
    return sorted(vault.state.find("lost"), key=_place)


def _place(row: Any) -> tuple[int, int]:
    return row["size"], row["seq"]
