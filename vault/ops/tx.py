"""One unit of work: everything it writes becomes durable together, or nothing does.

Entries are folded as they are added, in an open transaction of the projection, so each is judged after the one
before. `Refusal` inside the block drops all of that and records the refusal instead; any other error leaves no
trace. Order at the end: shared COMMIT, then projection COMMIT. A crash before the first leaves nothing; between
the two it leaves a projection that is behind, and the next command catches up. The first waits for the disk, the second
only where a secret is handed out (ADR 0007).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from audit import merkle
from audit.entry import Entry
from audit.write import Writer
from vault.crypto import epoch as epochs
from vault.crypto import hpke, version
from vault.crypto.epoch import EpochKey
from vault.crypto.pae import pae
from vault.domain import happened, keys
from vault.domain.calendar import london_day_of
from vault.domain.decisions import Denied, Refusal
from vault.domain.ways_out import way_out
from vault.errors import Refused, VaultError
from vault.ops import lengths, standing
from vault.ops.clock import check_clock
from vault.ops.keyring import epoch_info, raw, text
from vault.ops.session import moment
from vault.store.register import State
from vault.store.shared import blob_name

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.domain.ids import Prefix
    from vault.ops.session import Vault

TILE = merkle.TILE_WIDTH
# After these a secret leaves the vault: the pin waits for the disk first, so that not even a power cut forgets it.
HANDS_OUT = frozenset({"secret.seen", "recovery.made"})


class Tx:
    """What an operation writes with. `state` is the register as it will be; `now` was read once."""

    def __init__(self, vault: Vault, now: dt.datetime) -> None:
        self.vault = vault
        self.state: State = vault.state
        self.now = now
        self.time = moment(now)
        self.random = vault.random
        self.blobs: dict[str, bytes] = {}
        self.described: dict[str, dict[str, Any]] = {}
        self.batches: dict[str, dict[str, bytes]] = {}
        self.drop_from_inbox: list[str] = []
        self.erase: list[str] = []
        self.written = 0
        self.hands_out = False
        self.newest: Entry | None = None
        self.writer = self._writer()

    def _writer(self) -> Writer:
        ring = self.vault.keyring
        return self.vault.follower.writer(
            actor=ring.keyset_id, time=self.time, public=ring.keyset.sign_public
        )

    @property
    def today(self) -> str:
        """The day in London."""
        return london_day_of(self.time)

    def at(self, given: dt.datetime | str | None) -> str:
        """The time of a fact: now, where none is given; one to come is refused."""
        if given is None:
            return self.time
        moment_ = dt.datetime.fromisoformat(given) if isinstance(given, str) else given
        return moment(happened.at(moment_, now=self.now))

    def day(self, given: dt.date | str | None) -> str:
        """The day of a fact, in the same way."""
        if given is None:
            return self.today
        day = dt.date.fromisoformat(given) if isinstance(given, str) else given
        return happened.on(day, now=self.now).isoformat()

    def new(self, kind: Prefix) -> str:
        """A fresh id."""
        from vault.domain.ids import new_id  # to show a secret makes none

        return new_id(kind, self.random)

    def emit(self, event: str, subject: str = "", /, **data: Any) -> int:
        """Add an entry; its position. What the register would declare void is refused here, on the record."""
        given = {key: value for key, value in data.items() if value is not None}
        entry = self.writer.add(event, subject, given)
        self.written += 1
        self.hands_out = self.hands_out or event in HANDS_OUT
        self.newest = entry
        reason = self.vault.fold_entry(entry)
        if reason is not None:
            said = f"this is not possible: {reason}"
            raise Refusal(Denied(event.replace(".", "_"), said, hint=way_out(reason)))
        return entry.seq

    def blob(self, data: bytes) -> str:
        """Store sealed bytes with this transaction; their name."""
        name = blob_name(data)
        self.blobs[name] = data
        return name

    def details(self, kind: str, subject: str, values: Mapping[str, Any]) -> str:
        """Seal a description to the register; the name of its blob. Starts an epoch that is due, if it can."""
        lengths.check(kind, values)
        return self.seal_words(kind, subject, values)

    def seal_words(self, kind: str, subject: str, values: Mapping[str, Any]) -> str:
        """The same for words that are on the record already: whoever wrote them at length stops nobody else's work."""
        self.ensure_epoch(keys.REGISTER)
        sealed = self.vault.keyring.seal_details(
            self.state, kind=kind, subject=subject, values=values, nonce=self.random(12)
        )
        name = self.blob(sealed)
        self.described[name] = dict(values)
        return name

    def settle_details(self) -> None:
        """What follows from what was written: copies for who it is about, new seals for what others described."""
        from vault.ops import own

        own.settle(self)

    # --- epochs and commit keys -----------------------------------------------------------------------------

    def ensure_epoch(self, team: str) -> str:
        """The id of the epoch in force; starts a new one where it is due and this member may."""
        newest = keys.newest_epoch(self.state, team)
        if newest is not None and not keys.epoch_due(self.state, team):
            return str(newest["id"])
        row = self.state.get("keyset", id=self.vault.keyring.keyset_id)
        person = row["person"] if row else None
        if person is None or not keys.roles_of(self.state, person) & keys.TEAM_ROLES[team]:
            raise Refused(
                f"the {team} team's keys are due: somebody has come or gone since they were made",
                hint=f"a member of {team} must act first; any command of theirs that writes will do",
            )
        return self.start_epoch(team)

    def start_epoch(self, team: str, *, follows: Row | None = None) -> str:
        """A fresh team key, sealed to exactly those who belong, with its predecessor's key inside.

        With ``follows`` an older one's key instead: later epochs are left out.
        """
        from vault.domain.ids import Prefix

        ring, fresh, epoch_id = self.vault.keyring, EpochKey.generate(self.random), self.new(Prefix.EPOCH)
        newest = keys.newest_epoch(self.state, team)
        previous, number = follows or newest, newest["number"] + 1 if newest else 1

        def info(recipient: str) -> bytes:
            place = {"epoch_id": epoch_id, "team": team, "recipient": recipient}
            return epoch_info(vault_id=ring.vault_id, number=number, **place)

        seals = {}
        for keyset in keys.team_keysets(self.state, team):
            row = self.state.get("keyset", id=keyset)
            assert row is not None  # noqa: S101 - team_keysets has just read it
            seals[keyset] = self.blob(epochs.seal_epoch(fresh, to=raw(row["kem"]), info=info(keyset)))
        sealed = None
        if previous is not None:
            old = ring.epoch(self.state, previous["id"])
            sealed = self.blob(epochs.seal_predecessor(fresh, old, info=info(previous["id"])))
        self.emit(
            "epoch.started",
            epoch_id,
            team=team,
            number=number,
            public=text(fresh.public),
            seals=seals,
            predecessor=sealed,
            follows=follows["id"] if follows else None,
        )
        ring.keep(epoch_id, fresh)
        return epoch_id

    def commit_keys(self, recipients: set[str]) -> tuple[str, dict[str, bytes]]:
        """A batch with one commit key for each recipient: one HPKE seal each, however much is then wrapped."""
        for batch, known in self.batches.items():
            if recipients <= known.keys():
                return batch, known
        from vault.domain.ids import Prefix

        batch, made = self.new(Prefix.BATCH), {to: self.random(version.KEY_SIZE) for to in sorted(recipients)}
        info = {
            to: pae(
                self.vault.keyring.vault_id,
                batch.encode(),
                self.vault.keyring.keyset_id.encode(),
                to.encode(),
            )
            for to in made
        }
        seals = {to: self.blob(hpke.seal(self._public(to), key, info=info[to])) for to, key in made.items()}
        self.emit("keys.wrapped", batch, seals=seals)
        self.batches[batch] = made
        return batch, made

    def _public(self, recipient: str) -> bytes:
        row = self.state.get("epoch", id=recipient)
        if row is not None:
            return raw(row["public"])
        found = self.state.get("keyset", id=recipient)
        if found is None or found["revoked"] is not None:
            raise Refused("nothing is sealed to a keyset that is not in force")
        return raw(found["kem"])

    # --- the end --------------------------------------------------------------------------------------------

    def _start_again(self) -> None:
        """Forget everything of this unit of work, stay in it: for recording its refusal."""
        self.state.restart()
        self.vault.catch_up()
        self.blobs, self.batches, self.drop_from_inbox, self.erase, self.written = {}, {}, [], [], 0
        self.hands_out = False
        self.described = {}
        self.writer = self._writer()

    def record_refusal(self, denied: Denied) -> None:
        """Replace all that was done by the entry that says what was refused, and by which clause."""
        self._start_again()
        self.emit(
            "action.refused",
            "",
            action=denied.action,
            clause=denied.clause or None,
            about=denied.about or None,
        )

    def append(self) -> None:
        """Sign the head, write everything to the shared database and commit there; then pin."""
        vault, shared = self.vault, self.vault.shared
        made = self.writer.seal(vault.keyring.keyset.sign)
        request = self.random(16).hex()
        start = vault.follower.size
        shared.put_blobs(self.blobs)
        shared.append(
            start=start, bodies=made.bodies, keyset=vault.keyring.keyset_id, note=made.note, request=request
        )
        self.state.add_leaves(start, made.leaves, made.entries)
        shared.put_tiles(list(self._full_tiles(start, start + len(made.bodies))))
        for id_ in self.drop_from_inbox:
            shared.drop_inbox(id_)
        shared.drop_blobs(self.erase)
        self._commit(request)
        vault.after_commit()
        # A crash here leaves the projection behind; the next command verifies and folds this commit like any other.
        vault.follower.accept(made)
        vault.pin_here(self.time)

    def _commit(self, request: str) -> None:
        """COMMIT; where its answer is lost, the random request id tells whether it arrived: nothing is done twice."""
        try:
            self.vault.shared.door.commit()
        except VaultError as problem:
            with suppress(VaultError):
                self.vault.shared.door.rollback()
            try:
                arrived = self.vault.shared.arrived(request)
            except VaultError:
                problem.hint = "it may have been recorded: look first, with: keyholder audit log --last 5"
                raise problem from None
            if not arrived:
                raise

    def _full_tiles(self, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
        """Tiles that these entries fill, level by level, from the leaves that this client verified."""
        made: dict[tuple[int, int], bytes] = {}
        for n in range(start // TILE, end // TILE):
            made[0, n] = b"".join(self.state.leaves(n * TILE, (n + 1) * TILE))
        level, width = 1, TILE * TILE
        while end // width > start // width:
            for n in range(start // width, end // width):
                below = range(n * TILE, (n + 1) * TILE)
                tiles = (made.get((level - 1, i)) or self.vault.shared.tile(level - 1, i) for i in below)
                made[level, n] = b"".join(merkle.tile_root(tile) for tile in tiles)
            level, width = level + 1, width * TILE
        yield from ((level, n, data) for (level, n), data in made.items())


@contextmanager
def work(vault: Vault) -> Iterator[Tx]:
    """Lock, catch up, hand out a `Tx`, append. See the module's text for what a crash leaves."""
    now = vault.clock()
    door = vault.shared.door
    door.begin()
    try:
        with vault.state.transaction():
            vault.catch_up()
            check_clock(vault, now)
            standing.check(vault)
            tx = Tx(vault, now)
            refusal: Refusal | None = None
            try:
                yield tx
                if tx.written:
                    tx.settle_details()
            except Refusal as refused:
                refusal = refused
                tx.record_refusal(refused.denied)
            if tx.written:
                tx.append()
    except BaseException:
        door.rollback()
        vault.reload()
        raise
    finally:
        door.rollback()
    if refusal is not None:
        raise refusal
    if tx.hands_out:
        vault.state.settle()
