"""An open vault: verify what is new, fold it, and only then act.

The way of every change: lock the head → fetch and verify new entries, fold them → decide → append entries, blobs
and the signed head in one transaction → COMMIT → fold the own commit and pin → only then show anything; before a
secret is shown, the pin is on the disk.

A crash between the two commits leaves a projection that is behind; the next command catches up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from audit.entry import Entry, leaf_hash
from audit.errors import AuditError, BadChain, Forked, RolledBack
from audit.follow import Commit, Follower
from audit.merkle import Frontier
from audit.signers import Signer, Signers
from vault.domain import events, table
from vault.errors import IntegrityError, Locked
from vault.ops.walk import walk
from vault.store.home import Home
from vault.store.register import Pin, State
from vault.store.shared import Shared, open_door

if TYPE_CHECKING:
    from vault.domain.cover import Cover
    from vault.domain.policy import Profile
    from vault.ops.keyring import Keyring
    from vault.ops.names import Names
    from vault.ops.tx import Tx

Clock = Callable[[], dt.datetime]
Random = Callable[[int], bytes]


class Synced(NamedTuple):
    """What catching up brought: number of new entries, and those of them that are void."""

    entries: int
    void: tuple[int, ...]


def moment(at: dt.datetime) -> str:
    """A time as entries carry it: UTC, whole seconds."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone is a guess")
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")[:19] + "Z"


class Vault:
    """The open handle: home, shared database, projection, keys if unlocked. One per command, or per shell."""

    def __init__(self, *, home: Home, shared: Shared, state: State, clock: Clock, random: Random) -> None:
        self.home = home
        self.shared = shared
        self.state = state
        self.clock = clock
        self.random = random
        self.place = home.place()
        self.clock_confirmed = False
        self.after_commit: Callable[[], None] = _nothing
        self._keyring: Keyring | None = None
        self._names: Names | None = None
        self.follower = self._resume()

    @classmethod
    def open(cls, home: Home, *, clock: Clock, random: Random, location: str | None = None) -> Vault:
        """Open what home.json names (or ``location``). Does not unlock, does not sync."""
        home.check()
        place = home.place()
        shared = Shared(open_door(location or place.vault))
        try:
            state = State.open(home.state) if home.state.exists() else State.create(home.state)
            vault = cls(home=home, shared=shared, state=state, clock=clock, random=random)
            vault._replay_if_other()
        except BaseException:
            shared.door.close()
            raise
        return vault

    def close(self) -> None:
        """Close both files; keys go with the process."""
        self.state.close()
        self.shared.door.close()

    def _resume(self) -> Follower:
        held = self._held()
        pin = self.state.pin()
        if pin is None:
            return Follower.start(held=held)
        signers = Signers(self._signers().values())
        frontier = Frontier.from_bytes(pin.size, pin.frontier)
        later = {size: root for size, root in held.items() if size > pin.size}
        return Follower.resume(
            origin=pin.origin,
            frontier=frontier,
            last=pin.last,
            signers=signers,
            vault_id=bytes.fromhex(pin.vault_id),
            held=later,
        )

    def _signers(self) -> dict[str, Signer]:
        """Id → signer, as they were pinned."""
        return {
            r["id"]: Signer(r["id"], r["public"], r["added"], r["revoked"], bool(r["vouches"]))
            for r in self.state.find("signer")
        }

    def _held(self) -> dict[int, bytes]:
        """What this home was told of the log when it was made: the genesis, and the head in its invitation."""
        held = {1: bytes.fromhex(self.place.vault_id)} if self.place.vault_id else {}
        if self.place.held_size and not self._given_up(self.place.held_size):
            held[self.place.held_size] = bytes.fromhex(self.place.held_root)
        return held

    def _replay_if_other(self) -> None:
        """Tables of another release are made again from the log, which must extend what was pinned; or nothing is."""
        if self.state.is_current():
            return
        with self.state.transaction():
            self._stand_at_pin()
            self._check_extends_pin()
            pin = self.state.pin()
            self.state.remake()
            held = {pin.size: Frontier.from_bytes(pin.size, pin.frontier).root()} if pin else {}
            self.follower = Follower.start(held={**self._held(), **held})
            self.catch_up()

    def _given_up(self, size: int) -> bool:
        """Whether a head of that size belongs to what was lost when the log was continued from a backup."""
        rows = self.state.find("accepted") if "accepted" in self.state.tables() else []
        return any(row["continued"] < size <= row["size"] for row in rows)

    def reload(self) -> None:
        """Stand again where the pin is: what an unfinished unit of work did is forgotten."""
        self.follower = self._resume()
        self._names = None

    # --- catching up --------------------------------------------------------------------------------------

    def sync(self) -> Synced:
        """Verify and fold what is new. Raises, and changes nothing, if the log does not extend the pin, or is shorter
        than the head that this home's invitation carried."""
        if self._is_all_known():
            return Synced(0, ())
        with self.state.transaction():
            return self.catch_up()

    def catch_up(self) -> Synced:
        """The same inside a transaction of the projection."""
        self._stand_at_pin()
        if self._is_all_known():
            return Synced(0, ())
        before, void, time = self.follower.size, list[int](), ""

        def fold(done: Commit, start: int) -> None:
            nonlocal time
            void.extend(self.fold(done, start))
            time = done.entries[-1].time

        try:
            walk(self.shared, self.follower, fold)
        except (AuditError, IntegrityError):
            self.follower = self._resume()
            raise
        if self.follower.size > before:
            self.pin_here(time)
        return Synced(self.follower.size - before, tuple(void))

    def _stand_at_pin(self) -> None:
        """Another process of this home may have moved the pin since: go on from there, not from where we stood."""
        pin = self.state.pin()
        if pin is not None and pin.size != self.follower.size:
            self.reload()

    def _is_all_known(self) -> bool:
        """Whether the log shown ends where this machine stands, and with nothing missing that is held."""
        if self._check_extends_pin() != self.follower.size:
            return False
        self.follower.check_reached()
        return True

    def _check_extends_pin(self) -> int:
        """Raise unless the log shown continues what was verified; its size."""
        shown = self.shared.size()
        if shown < self.follower.size:
            message = (
                f"the vault has {shown} entries, this machine verified {self.follower.size}: "
                "an older copy was put in its place"
            )
            raise RolledBack(message, seq=shown)
        if self.follower.size:
            bodies = self.shared.bodies(self.follower.size - 1, self.follower.size)
            if [leaf_hash(body) for body in bodies] != [self.follower.last]:
                raise Forked(
                    "the vault shows another history than the one that this machine verified",
                    ours=f"{self.follower.size} entries",
                    theirs="another newest entry",
                    seq=self.follower.size - 1,
                )
        return shown

    def fold(self, done: Commit, start: int) -> list[int]:
        """Fold the entries of one verified commit; returns the positions of void ones."""
        void = [entry.seq for entry in done.entries if self.fold_entry(entry) is not None]
        self.state.add_leaves(start, done.leaves, done.entries)
        return void

    def fold_entry(self, entry: Entry) -> str | None:
        """Fold one entry; why it is void, or None."""
        return fold_into(self.state, entry)

    def pin_here(self, time: str) -> None:
        """Write the pin and the signers where the follower stands."""
        follower = self.follower
        vault_id = follower.vault_id
        if vault_id is None:
            raise BadChain("the log has no genesis", seq=0)
        self.state.set_pin(
            Pin(
                vault_id.hex(),
                follower.origin,
                follower.size,
                follower.last,
                follower.frontier.to_bytes(),
                time,
            )
        )
        known = self.state.memo(("signers",), ("signer",), self._signers)
        changed = [signer for signer in follower.signers.items() if signer != known.get(signer.id)]
        self.state.put_all("signer", [{**s._asdict(), "vouches": int(s.vouches)} for s in changed])

    # --- who acts -------------------------------------------------------------------------------------------

    @property
    def now(self) -> Vault:
        """The vault as it is: keys and rights are asked here, also by whoever looks back."""
        return self

    @property
    def vault_id(self) -> bytes:
        """leaf(0): what the ten words say."""
        return bytes.fromhex(self.place.vault_id)

    @property
    def keyring(self) -> Keyring:
        """The unlocked keys."""
        if self._keyring is None:
            raise Locked("the vault is locked", hint="give the passphrase of this machine's keyset")
        return self._keyring

    @property
    def names(self) -> Names:
        """Look-ups by name; tags what is new first."""
        if self._names is None:
            from vault.ops.names import Names

            self._names = Names(self)
        self._names.refresh()
        return self._names

    @property
    def profile(self) -> Profile:
        """The policy profile in force, in the words that were chosen."""
        from vault.ops import documents

        return documents.in_force(self)

    @property
    def cover(self) -> Cover:
        """What lists say of it, without its rules."""
        from vault.ops import documents

        return documents.cover(self)

    @property
    def guides(self) -> tuple[Profile, ...]:
        """The documents that guide under it."""
        from vault.ops.platforms import guides_of

        return guides_of(self.profile.name)

    @property
    def unlocked(self) -> bool:
        return self._keyring is not None

    def use(self, keyring: Keyring) -> None:
        """Act with these keys from now on."""
        self._keyring = keyring

    @property
    def person(self) -> str:
        """The member whose machine this is."""
        return self.place.person

    def roles(self) -> frozenset[str]:
        """The member's roles at this position of the log."""
        row = self.state.get("keyset", id=self.place.keyset)
        if row is None or row["revoked"] is not None:
            return frozenset()
        return table.author(self.state, self.place.keyset, "", {})[1]

    def require_role(self, *roles: str) -> None:
        """Refuse early what the event table would declare void."""
        from vault.errors import Refused

        if not self.roles() & frozenset(roles):
            raise Refused(
                f"this needs the role of {' or '.join(sorted(roles))}",
                hint=f"you have: {', '.join(sorted(self.roles())) or 'no role in force'}",
            )

    def may_write(self) -> None:
        """Raise where nothing may be written with this handle; here everything may be tried."""

    @contextmanager
    def change(self) -> Iterator[Tx]:
        """One unit of work. A refusal inside it is recorded, alone, and raised after."""
        from vault.ops.tx import work

        self.may_write()
        with work(self) as tx:
            yield tx


def _nothing() -> None:
    """Nobody wants to know of a commit."""


def fold_into(state: State, entry: Entry) -> str | None:
    """Fold one verified entry into a projection: the same here, on every client, and in a replay."""
    person, roles = table.author(state, entry.actor, entry.event, entry.data)
    fact = events.Fact(
        seq=entry.seq,
        time=entry.time,
        keyset=entry.actor,
        person=person,
        roles=roles,
        event=entry.event,
        subject=entry.subject,
        data=entry.data,
    )
    return table.fold(state, fact)
