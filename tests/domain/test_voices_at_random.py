"""Voices under anything at all: one person alone never does what takes two."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.domain.examples import AT, EXAMPLES
from tests.domain.fold import keys_of, kst, member, per
from tests.domain.voices import REVOKE, ask, council
from vault.domain import voices


@pytest.mark.parametrize("event", EXAMPLES)
def test_no_other_event_ends_an_administrator(event: str) -> None:
    """Whoever is heard before and after an entry is the same, but for the events that are looked at."""
    scene, data = EXAMPLES[event].scene()
    was = voices.heard(scene.reg)
    scene.do(event, EXAMPLES[event].subject, by=EXAMPLES[event].by, **data)
    assert event in voices.MOVES or voices.heard(scene.reg) == was


class Attacker:
    """One person with a program of her own: Ada, and every keyset that any keyset of hers enrols, in any name."""

    PEOPLE = ("ada", "bea", "cal", "cyd", "hal", "ned", "dan")

    def __init__(self, seed: int, *, third: bool) -> None:
        self.rng, self.scene = random.Random(seed), council()
        self.own = ["ada", "adb", "cal"]
        if third:
            member(self.scene, "dan", vouches=True)
            seq = ask(self.scene, person=per("dan"))
            self.scene.do("entry.confirmed", by="bea", entry=seq, keyset=kst("dan"))
        self.known = {per("ada"), per("bea"), per("dan")} if third else {per("ada"), per("bea")}

    def unread(self) -> None:
        """Bea agrees to Ned, who had no keys when she looked; Ada was quicker and has some in his name."""
        seq = ask(self.scene, person=per("ned"))
        self.enrol("ada", per("ned"))
        self.scene.do("entry.confirmed", by="bea", entry=seq)
        self.known.add(per("ned"))

    def won(self) -> bool:
        """Somebody is administrator to whom no second person agreed, or the kit is another one."""
        rows = self.scene.reg.find("role", role="administrator", until=None)
        kit = self.scene.reg.get("keyset", purpose="recovery", revoked=None)
        return {row["person"] for row in rows} - self.known != set() or (kit or {}).get("id") != kst("rec")

    def act(self) -> None:
        """Any act, with any keyset of hers; most have no effect."""
        rng, scene = self.rng, self.scene
        by, who = rng.choice(self.own), per(rng.choice(self.PEOPLE))
        role = {"role": rng.choice(("administrator", "administrator", "custodian"))}
        keysets = [row["id"] for row in scene.reg.find("keyset")]
        acts: list[Callable[[], object]] = [
            lambda: scene.say("role.given", who, by=by, **role),
            lambda: scene.say("role.ended", who, by=by, **role),
            lambda: scene.say("person.paused", who, by=by, **AT),
            lambda: scene.say("person.resumed", who, by=by, **AT),
            lambda: scene.say("signer.revoked", rng.choice(keysets), by=by, **REVOKE),
            lambda: self.enrol(by, who),
            lambda: self.confirm(by),
            lambda: self.confirm(by),
            lambda: self.kit(by),
        ]
        if rng.random() < 0.1:
            acts = [lambda: scene.say("person.left", who, by=by, **AT)]
        rng.choice(acts)()

    def enrol(self, by: str, who: str) -> None:
        name = f"k{''.join(chr(97 + int(d)) for d in str(self.scene.seq))}"
        data = {"purpose": "member", "vouches": True, "person": who}
        if self.scene.say("signer.added", kst(name), by=by, **keys_of(name), **data) is None:
            self.own.append(name)

    def kit(self, by: str) -> None:
        name = f"r{''.join(chr(97 + int(d)) for d in str(self.scene.seq))}"
        self.scene.say("signer.added", kst(name), by=by, **keys_of(name), purpose="recovery", vouches=True)
        self.scene.say("recovery.made", kst(name), by=by, seen_by=[self.scene.person_of(by)])

    def confirm(self, by: str) -> None:
        rows = self.scene.reg.find("pending", confirmed=None) or [{"seq": 0}]
        enrolled = [{"seq": row["added"]} for row in self.scene.reg.find("keyset", revoked=None)]
        entry = self.rng.choice(self.rng.choice((rows, enrolled)))["seq"]
        self.scene.say("entry.confirmed", by=by, entry=entry)


def attack(seeds: range, *, acts: int = 60) -> int | None:
    """The first seed with which Ada got what takes two, having talked Bea into one administrator in half of them."""
    for seed in seeds:
        attacker = Attacker(seed, third=seed % 2 == 1)
        if seed % 4 > 1:
            attacker.unread()
        for _ in range(acts):
            attacker.act()
        if attacker.won():
            return seed
    return None


def test_e06_one_person_never_does_what_takes_two() -> None:
    """Thousands of acts in one hand, in any name and order: no administrator, no kit without somebody else."""
    assert attack(range(24)) is None


@pytest.mark.slow
def test_e06_one_person_never_does_what_takes_two_at_length() -> None:
    """The same, far more often."""
    assert attack(range(24, 800), acts=120) is None


@pytest.mark.parametrize("rule", ["removals", "voices of the enroller", "the hand of the person"])
def test_e06_teeth_of_one_person(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without any one of the three rules the same acts get there."""
    whole = voices.speaks
    with monkeypatch.context() as broken:  # undone before the second opinion folds the same acts
        if rule == "removals":
            broken.setattr(voices, "removals", lambda reg, of: [])
        elif rule == "voices of the enroller":
            broken.setattr(voices, "speaks", lambda row: frozenset({row["person"]} if row else ()))
        else:
            broken.setattr(
                voices, "speaks", lambda row: frozenset(row["voices"].split()) if row else whole(row)
            )
        assert attack(range(120), acts=120) is not None
