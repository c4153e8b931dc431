"""What each thing that an auditor keeps buys: twelve attacks and one, many times each, against three auditors.

The first has the log and the vault id; the second kept one head from half-way; the third is a witness with a head for
every ten entries. Who has no key is always caught. Who has all the keys is caught from the first head that somebody
kept beyond the place where the falsification begins, and not before: that is what a kept head is for. An earlier time
is nobody's crime: times are claims, the order is the log's.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.entry import decode, leaf_hash
from audit.errors import AuditError
from audit.follow import Draft, Follower
from audit.write import Prepared
from tests.audit.given import KEYS, added, edited, genesis, note_of, rechained, write

ENTRIES, TRIALS, SAMPLE = 240, 60, 6
EVERY = 10
NEVER = 10**9


@functools.cache
def honest() -> tuple[Prepared, ...]:
    """240 entries in commits of two to eight, by Ada and Bea in turn."""
    rng, follower = random.Random("honest"), Follower.start()
    made = [write(follower, genesis(), added("bea"))]
    while follower.size < ENTRIES:
        size = min(rng.randrange(2, 9), ENTRIES - follower.size)
        drafts = [note_of(follower.size + n) for n in range(size)]
        made.append(write(follower, *drafts, by=rng.choice(("ada", "bea"))))
    return tuple(made)


def kept(every: int) -> dict[int, bytes]:
    """The honest roots at every so many entries, as far as commits end there or not."""
    roots, frontier = {}, Follower.start().frontier
    for commit in honest():
        for leaf in commit.leaves:
            frontier.append(leaf)
            if frontier.size % every == 0:
                roots[frontier.size] = frontier.root()
    return roots


@dataclass(frozen=True, slots=True)
class Shown:
    """The log that the auditor is shown, and the size up to which it is still the honest one."""

    commits: Sequence[Prepared]
    honest_to: int


def caught(shown: Shown, held: dict[int, bytes]) -> bool:
    """Whether an auditor who keeps these heads finds something wrong."""
    follower = Follower.start(held={1: honest()[0].leaves[0], **held})
    try:
        for commit in shown.commits:
            follower.commit(commit.bodies, commit.note, commit.signer)
        follower.verify_reached()
    except AuditError:
        return True
    return False


# --- without a key ----------------------------------------------------------------------------------------------------


def _bodies(change: Callable[[list[bytes], random.Random], list[bytes]], rng: random.Random) -> Shown:
    commits = list(honest())
    place = rng.randrange(1, len(commits))
    first = commits[place].checkpoint.size - len(commits[place].bodies)
    bodies = change(list(commits[place].bodies), rng)
    commits[place] = commits[place]._replace(bodies=tuple(bodies))
    return Shown(commits, first)


def _edit(bodies: list[bytes], rng: random.Random) -> list[bytes]:
    place = rng.randrange(len(bodies))
    bodies[place] = edited(bodies[place], data={"n": rng.randrange(1000, 2000)})
    return bodies


def _delete(bodies: list[bytes], rng: random.Random) -> list[bytes]:
    bodies.pop(rng.randrange(len(bodies)))
    return bodies


def _swap(bodies: list[bytes], rng: random.Random) -> list[bytes]:
    one, other = rng.sample(range(len(bodies)), 2)
    bodies[one], bodies[other] = bodies[other], bodies[one]
    return bodies


def _insert(bodies: list[bytes], rng: random.Random) -> list[bytes]:
    place = rng.randrange(len(bodies))
    return [*bodies[:place], edited(bodies[place], data={"n": 5}), *bodies[place:]]


def _edit_and_rechain(bodies: list[bytes], rng: random.Random) -> list[bytes]:
    return rechained(_edit(bodies, rng))


def cut_under_the_newest_head(rng: random.Random) -> Shown:
    """The tail is gone, the newest head still stands at the end."""
    commits = list(honest())
    place = rng.randrange(2, len(commits))
    last = commits[place - 1]._replace(note=commits[-1].note)
    return Shown([*commits[: place - 1], last], last.checkpoint.size - len(last.bodies))


def a_colleagues_entry_under_ones_own_key(rng: random.Random) -> Shown:
    """One key is stolen: entries of the other signer are edited and signed with it."""
    commits = list(honest())
    place = rng.choice([n for n, commit in enumerate(commits) if commit.signer == "bea"])
    follower, key = follow(commits[:place]), KEYS["ada"]
    bodies, frontier = _edit_and_rechain(list(commits[place].bodies), rng), follower.frontier
    for body in bodies:
        frontier.append(leaf_hash(body))
    forged = checkpoint.sign(
        Checkpoint(follower.origin, frontier.size, frontier.root()), public=key.public, sign=key.sign
    )
    claim = rng.choice(("ada", "bea"))
    commits[place] = commits[place]._replace(bodies=tuple(bodies), note=forged, signer=claim)
    return Shown(commits[: place + 1], follower.size)


# --- with every key ---------------------------------------------------------------------------------------------------


def follow(commits: Sequence[Prepared]) -> Follower:
    follower = Follower.start()
    for commit in commits:
        follower.accept(commit)
    return follower


def _again(place: int, change: Callable[[list[Draft]], list[Draft]]) -> Shown:
    """The log from a commit on written and signed again, that commit's entries changed."""
    commits = honest()
    follower, out = follow(commits[:place]), list(commits[:place])
    start = follower.size
    for number, commit in enumerate(commits[place:]):
        drafts = [Draft(e.event, e.subject, e.data) for e in map(decode, commit.bodies)]
        out.append(write(follower, *(change(drafts) if number == 0 else drafts), by=commit.signer))
    return Shown(out, start)


def edit_and_sign_again(rng: random.Random) -> Shown:
    return _again(rng.randrange(1, len(honest())), lambda drafts: [note_of(9999), *drafts[1:]])


def drop_and_sign_again(rng: random.Random) -> Shown:
    return _again(rng.randrange(1, len(honest())), lambda drafts: drafts[1:])


def cut_and_sign_again(rng: random.Random) -> Shown:
    """The tail is gone, and the end is signed again inside what was a commit."""
    place = rng.randrange(1, len(honest()))
    follower = follow(honest()[:place])
    start = follower.size
    drafts = [Draft(e.event, e.subject, e.data) for e in map(decode, honest()[place].bodies)][:-1]
    last = write(follower, *drafts, by=honest()[place].signer)
    return Shown([*honest()[:place], last], start + len(drafts))


def roll_back(rng: random.Random) -> Shown:
    """An old backup with its own head: every entry is as it was."""
    place = rng.randrange(1, len(honest()))
    return Shown(honest()[:place], honest()[place - 1].checkpoint.size)


def fork(rng: random.Random) -> Shown:
    """Another end of the log for this auditor alone, as long as the honest one."""
    place = rng.randrange(max(1, len(honest()) - 6), len(honest()))
    follower = follow(honest()[:place])
    start, out = follower.size, list(honest()[:place])
    while follower.size < ENTRIES:
        out.append(write(follower, note_of(5000 + follower.size), by="bea"))
    return Shown(out, start)


def an_earlier_time(rng: random.Random) -> Shown:
    """The newest entry claims to be older than the ones before: allowed, and shown as what it is."""
    follower = follow(honest())
    key = KEYS["ada"]
    late = follower.prepare(
        [note_of(1)], actor="ada", time="2020-01-01T00:00:00Z", public=key.public, sign=key.sign
    )
    return Shown([*honest(), late], NEVER)


def in_place(change: Callable[[list[bytes], random.Random], list[bytes]]) -> Callable[[random.Random], Shown]:
    return lambda rng: _bodies(change, rng)


WITHOUT = {
    "edit": in_place(_edit),
    "delete": in_place(_delete),
    "swap": in_place(_swap),
    "insert": in_place(_insert),
    "edit and rechain": in_place(_edit_and_rechain),
    "cut under the newest head": cut_under_the_newest_head,
    "a colleague's entry": a_colleagues_entry_under_ones_own_key,
}
WITH = {
    "edit and sign again": edit_and_sign_again,
    "drop and sign again": drop_and_sign_again,
    "cut and sign again": cut_and_sign_again,
    "roll back": roll_back,
    "fork": fork,
    "an earlier time": an_earlier_time,
}
HELD = {"nothing": NEVER, "one head": ENTRIES // 2, "a witness": EVERY}


def tell(name: str, attack: Callable[[random.Random], Shown], *, trials: int, always: bool) -> None:
    """Each trial against each auditor: caught exactly when it must be."""
    for trial in range(trials):
        shown = attack(random.Random(f"{name} {trial}"))
        for auditor, every in HELD.items():
            heads = kept(every) if every != ENTRIES // 2 else {every: kept(every)[every]}
            must = always or any(size > shown.honest_to for size in heads)
            assert caught(shown, heads) == must, (name, auditor, trial, shown.honest_to)


@pytest.mark.parametrize("name", WITHOUT)
def test_who_has_no_key_is_always_caught(name: str) -> None:
    """By the log alone: every commit is signed by its author over all that came before."""
    tell(name, WITHOUT[name], trials=SAMPLE, always=True)


@pytest.mark.parametrize("name", WITH)
def test_who_has_every_key_is_caught_by_a_kept_head(name: str) -> None:
    """Exactly from the first head that was kept beyond the place; a log alone cannot tell."""
    tell(name, WITH[name], trials=SAMPLE, always=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*WITHOUT, *WITH])
def test_sixty_times_each(name: str) -> None:
    """All of them, sixty trials each."""
    tell(name, {**WITHOUT, **WITH}[name], trials=TRIALS, always=name in WITHOUT)
