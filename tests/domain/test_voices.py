"""Whose word a keyset speaks: two must be two people, and nobody becomes alone by what they did themselves."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.domain.examples import AT, EXAMPLES
from tests.domain.fold import Fold, alone, b64, enrol, force, keys_of, kst, member, per
from vault.domain import events as e
from vault.domain import findings, keys, voices

GOAL = per("hal")


def council() -> Fold:
    """The force, with Cyd, a custodian whom Bea admitted, and a second machine of Ada's that Bea enrolled."""
    scene = force()
    member(scene, "cyd", vouches=True, by="bea")
    scene.do("role.given", per("cyd"), by="bea", role="custodian")
    enrol(scene, "adb", "ada", vouches=True, by="bea")
    return scene


def ask(scene: Fold, *, by: str = "ada", person: str = GOAL) -> int | None:
    """Give the role of administrator; the entry if it waits, None if it took effect."""
    seq = scene.do("role.given", person, by=by, role="administrator")
    return seq if scene.reg.get("pending", seq=seq) else None


def is_administrator(scene: Fold, name: str) -> bool:
    return e.ADMINISTRATOR in keys.roles_of(scene.reg, per(name))


def kinds(scene: Fold) -> set[str]:
    return {found.kind for found in findings.record(scene.reg)}


def end_bea(scene: Fold, *, by: str = "ada") -> int:
    return scene.do("role.ended", per("bea"), by=by, role="administrator")


# --- whose voice --------------------------------------------------------------------------------------------------


def test_the_keys_by_which_somebody_joined_are_their_own() -> None:
    """The founder's, an administrator's first ones; a custodian speaks with who admitted them."""
    scene = council()
    assert {row["id"]: voices.others(row) for row in voices.heard(scene.reg)} == {
        kst("ada"): frozenset(),
        kst("bea"): frozenset(),
        kst("adb"): {per("bea")},
    }
    assert voices.speaks(scene.row("keyset", id=kst("cyd"))) == {per("cyd"), per("bea")}
    assert voices.speaks(scene.row("keyset", id=kst("rec"))) == frozenset()
    assert voices.speaks(None) == frozenset()


def test_keys_enrolled_in_an_administrators_name_speak_for_the_enroller() -> None:
    """Ada enrols a machine for Bea, which enrols another: all three are Ada's voice as well."""
    scene = force()
    enrol(scene, "beb", "bea", vouches=True)
    enrol(scene, "bec", "bea", vouches=True, by="beb")
    enrol(scene, "bed", "bea", vouches=True, by="bea")
    said = {name: voices.others(scene.row("keyset", id=kst(name))) for name in ("beb", "bec", "bed")}
    assert said == {"beb": {per("ada")}, "bec": {per("ada")}, "bed": frozenset()}
    assert "speaks_for_another" in kinds(scene)


def test_what_a_borrowed_voice_enrols_speaks_with_every_voice_of_it() -> None:
    """Ada's machine that Bea enrolled is in either hand, and so is what it enrols."""
    scene = council()
    enrol(scene, "nia", "ned", by="adb")
    assert voices.speaks(scene.row("keyset", id=kst("nia"))) == {per("ned"), per("ada"), per("bea")}


def test_first_keys_of_an_administrator_whom_a_lone_one_made() -> None:
    """The role first and then the keys, as `admit` writes it: they are the newcomer's own; later ones are not."""
    scene = alone()
    scene.do("person.added", per("bea"), details=b64("bea"))
    scene.do("role.given", per("bea"), role="administrator")
    enrol(scene, "bea", "bea", vouches=True)
    enrol(scene, "beb", "bea", vouches=True)
    assert not voices.others(scene.row("keyset", id=kst("bea")))
    assert voices.others(scene.row("keyset", id=kst("beb"))) == {per("ada")}


def test_keys_for_an_administrator_without_any_where_there_are_two() -> None:
    """Bea agreed to Ned as administrator; that Ada alone enrols his first keys is another thing."""
    scene = force()
    scene.do("entry.confirmed", by="bea", entry=ask(scene, person=per("ned")))
    enrol(scene, "ned", "ned", vouches=True)
    assert voices.others(scene.row("keyset", id=kst("ned"))) == {per("ada")}


@pytest.mark.parametrize("named", [False, True])
def test_agreeing_to_an_administrator_vouches_for_the_keyset_named(named: bool) -> None:
    """Whoever agrees says which keys they compared; without a name the role is given, and no keys are their own."""
    scene = force()
    seq = ask(scene)
    scene.do("entry.confirmed", by="bea", entry=seq, keyset=kst("hal") if named else None)
    assert is_administrator(scene, "hal")
    assert bool(voices.others(scene.row("keyset", id=kst("hal")))) is not named


def test_keys_that_come_between_looking_and_agreeing_are_nobodys_own() -> None:
    """Bea saw no keys of Ned's; Ada enrols some in his name first. And with keys that Bea saw, another one is void."""
    scene = force()
    seq = ask(scene, person=per("ned"))
    enrol(scene, "ghost", "ned", vouches=True)
    scene.do("entry.confirmed", by="bea", entry=seq)
    assert voices.others(scene.row("keyset", id=kst("ghost"))) == {per("ada")}
    seq = ask(scene)
    enrol(scene, "hbb", "hal", vouches=True)
    for name in ("hal", "hbb", "ghost"):
        assert "not the only one" in scene.void("entry.confirmed", by="bea", entry=seq, keyset=kst(name))
    scene.do("signer.revoked", kst("hal"), **REVOKE)
    assert "not the only one" in scene.void("entry.confirmed", by="bea", entry=seq, keyset=kst("hal"))
    scene.do("entry.confirmed", by="bea", entry=seq, keyset=kst("hbb"))
    assert not voices.others(scene.row("keyset", id=kst("hbb")))


def test_who_enrolled_the_keys_does_not_name_them() -> None:
    """Ada asks for Cyd, whose keys are of Bea's making: Bea agrees to the person, and vouches for no keys by that."""
    scene = council()
    seq = ask(scene, person=per("cyd"))
    assert "one hand" in scene.void("entry.confirmed", by="bea", entry=seq, keyset=kst("cyd"))
    scene.do("entry.confirmed", by="bea", entry=seq)
    assert voices.others(scene.row("keyset", id=kst("cyd"))) == {per("bea")}


def test_keys_are_named_with_an_administrators_role_only() -> None:
    """Not with a kit, and not where keys are vouched for by themselves."""
    scene = force()
    scene.do("signer.added", kst("kit"), **keys_of("kit"), purpose="recovery", vouches=True)
    kit = scene.do("recovery.made", kst("kit"), seen_by=[per("ada")])
    entry = scene.seq
    enrol(scene, "beb", "bea", vouches=True)
    for waits in (kit, entry):
        assert "makes nobody" in scene.void("entry.confirmed", by="bea", entry=waits, keyset=kst("beb"))


def test_the_role_given_again_washes_nothing() -> None:
    """Keys that were enrolled while somebody was no administrator stay the enroller's when they are one again."""
    scene = council()
    end_bea(scene)
    enrol(scene, "beb", "bea", vouches=True)
    seq = ask(scene, person=per("bea"))
    scene.do("entry.confirmed", by="cyd", entry=seq)
    assert is_administrator(scene, "bea")
    assert voices.others(scene.row("keyset", id=kst("beb"))) == {per("ada")}


def test_the_role_given_again_by_a_lone_administrator_washes_nothing() -> None:
    """Bea gave it up herself; Ada, alone, enrols keys in her name and gives it back: two voices do not come of that."""
    scene = force()
    end_bea(scene, by="bea")
    enrol(scene, "beb", "bea", vouches=True)
    assert ask(scene, person=per("bea")) is None
    assert voices.others(scene.row("keyset", id=kst("beb"))) == {per("ada")}


def test_the_kits_keys_are_their_persons() -> None:
    """Who comes by the kit needs nobody's word; older keys of theirs do not become their own with it."""
    scene = force()
    enrol(scene, "hbb", "hal")
    scene.do("recovery.used", kst("rec"), by="rec", admits=kst("new"))
    scene.do("role.given", per("hal"), by="rec", role="administrator")
    enrol(scene, "new", "hal", vouches=True, by="rec")
    said = {row["id"]: voices.others(row) for row in voices.heard(scene.reg) if row["person"] == GOAL}
    assert said == {kst("new"): frozenset(), kst("hal"): {per("ada")}, kst("hbb"): {per("ada")}}


# --- vouching -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["bea", "dan"])
def test_a_keyset_is_vouched_for(by: str) -> None:
    """By the person's own older keys, or by another administrator: then it confirms like any other."""
    scene = force()
    member(scene, "dan", vouches=True)
    scene.do("entry.confirmed", by="bea", entry=ask(scene, person=per("dan")), keyset=kst("dan"))
    entry = scene.seq
    enrol(scene, "beb", "bea", vouches=True)
    seq = ask(scene)
    assert "may be in one hand" in scene.void("entry.confirmed", by="beb", entry=seq)
    scene.do("entry.confirmed", by=by, entry=entry)
    assert "a waiting entry is not" in scene.void("entry.confirmed", by=by, entry=entry)
    scene.do("entry.confirmed", by="beb", entry=seq, keyset=kst("hal"))
    assert is_administrator(scene, "hal")
    assert "speaks_for_another" not in kinds(scene)


@pytest.mark.parametrize("by", ["ada", "adb", "beb"])
def test_nobody_vouches_for_a_keyset_of_their_own_making(by: str) -> None:
    """Not the enroller, not another machine of the enroller, not the keyset itself."""
    scene = council()
    entry = scene.seq
    enrol(scene, "beb", "bea", vouches=True)
    assert "may be in one hand" in scene.void("entry.confirmed", by=by, entry=entry)


def test_what_is_nobodys_keyset_is_not_vouched_for() -> None:
    """Own keys, ended ones, the kit's, and entries that enrol nothing."""
    scene = force()
    entry = scene.seq
    enrol(scene, "beb", "bea", vouches=True)
    scene.do("signer.revoked", kst("beb"), reason="lost")
    kit = scene.seq
    scene.do("signer.added", kst("kit"), **keys_of("kit"), purpose="recovery", vouches=True)
    for number in (0, 1, entry, kit):
        assert "a waiting entry is not" in scene.void("entry.confirmed", by="bea", entry=number)


# --- alone --------------------------------------------------------------------------------------------------------

Way = Callable[[Fold], object]
REVOKE = {"reason": "lost"}


def _in_beas_name(scene: Fold) -> None:
    enrol(scene, "beb", "bea", vouches=True)
    scene.do("signer.revoked", kst("bea"), by="beb", **REVOKE)


def _rekeyed(scene: Fold) -> None:
    enrol(scene, "beb", "bea", vouches=True)
    scene.do("signer.revoked", kst("bea"), **REVOKE)


def _from_the_other_machine(scene: Fold) -> None:
    end_bea(scene, by="adb")
    scene.do("signer.revoked", kst("ada"), by="adb", **REVOKE)


def _to_and_fro(scene: Fold) -> None:
    for event in ("person.paused", "person.resumed", "person.paused"):
        scene.do(event, per("bea"), **AT)


def _by_a_ghost(scene: Fold) -> None:
    member(scene, "eve", "custodian", vouches=True)
    scene.do("person.left", per("bea"), by="eve", **AT)


WAYS: dict[str, Way] = {
    "demoted": end_bea,
    "paused": lambda scene: scene.do("person.paused", per("bea"), **AT),
    "left": lambda scene: scene.do("person.left", per("bea"), **AT),
    "revoked": lambda scene: scene.do("signer.revoked", kst("bea"), **REVOKE),
    "by a custodian of their own": lambda scene: scene.do("person.left", per("bea"), by="cal", **AT),
    "by a ghost": _by_a_ghost,
    "in her name": _in_beas_name,
    "rekeyed": _rekeyed,
    "from the other machine": lambda scene: end_bea(scene, by="adb"),
    "from the other machine, then that alone": _from_the_other_machine,
    "to and fro": _to_and_fro,
}


def _author(scene: Fold) -> str:
    return "adb" if scene.row("keyset", id=kst("ada"))["revoked"] is not None else "ada"


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_alone_by_their_own_act(way: str) -> None:
    """However the other administrator is ended, what should take two still waits; the finding says why."""
    scene = council()
    WAYS[way](scene)
    by = _author(scene)
    seq = ask(scene, by=by)
    assert seq is not None and not is_administrator(scene, "hal")
    assert "alone_by_own_act" in kinds(scene)
    scene.do("signer.added", kst("kit"), by=by, **keys_of("kit"), purpose="recovery", vouches=True)
    made = scene.do("recovery.made", kst("kit"), by=by, seen_by=[per("ada")])
    assert scene.row("pending", seq=made)["confirmed"] is None
    assert scene.void("entry.confirmed", by=by, entry=seq)
    assert scene.void("entry.confirmed", by="cal", entry=seq), "Ada admitted Cal"
    if by == "ada":
        scene.do("entry.confirmed", by="cyd", entry=seq)
        assert is_administrator(scene, "hal")
    else:  # keys that Bea enrolled, and so did she admit Cyd: for all that anybody knows both are hers
        assert "one hand" in scene.void("entry.confirmed", by="cyd", entry=seq)


def test_a_custodian_of_later_confirms_nothing() -> None:
    """Somebody whom the other had admitted, and who is made custodian after the removal: too late."""
    scene = force()
    member(scene, "cyd", by="bea")
    end_bea(scene)
    scene.do("role.given", per("cyd"), role="custodian")
    assert "who was there" in scene.void("entry.confirmed", by="cyd", entry=ask(scene))


def test_keys_of_later_confirm_nothing() -> None:
    """A custodian's new keys, that the lone administrator enrolled, are not those that were there."""
    scene = council()
    end_bea(scene)
    enrol(scene, "cyb", "cyd", vouches=True)
    assert "one hand" in scene.void("entry.confirmed", by="cyb", entry=ask(scene))


def test_a_custodian_does_not_stand_in_for_an_administrator() -> None:
    """While another administrator can confirm, only they do."""
    scene = council()
    assert "so a custodian cannot" in scene.void("entry.confirmed", by="cyd", entry=ask(scene))


def test_the_kit_is_the_second_factor() -> None:
    """Using it after the removal makes the administrator alone again; a use before it does not."""
    scene = council()
    scene.do("recovery.used", kst("rec"), by="rec", admits=kst("new"))
    end_bea(scene)
    assert ask(scene) is not None
    scene.do("recovery.used", kst("rec"), by="rec", admits=kst("neu"))
    assert ask(scene) is None
    assert is_administrator(scene, "hal")


def test_who_went_by_themselves_or_by_another_leaves_one_alone() -> None:
    """Bea's own leaving, and her end by a custodian whom she admitted, are not Ada's acts."""
    for by in ("bea", "cyd"):
        scene = council()
        scene.do("person.left", per("bea"), by=by, **AT)
        assert "only_one_administrator" in kinds(scene)
        assert ask(scene) is None


def test_back_is_back() -> None:
    """Somebody who was paused, came back and went by themselves was not ended by anybody."""
    scene = force()
    scene.do("person.paused", per("bea"), **AT)
    scene.do("person.resumed", per("bea"), **AT)
    assert ask(scene) is not None
    scene.do("person.left", per("bea"), by="bea", **AT)
    assert ask(scene, person=per("amy")) is None


def test_a_third_administrator_still_confirms() -> None:
    """Ada ends Bea; Dan is there, and his word is asked as before."""
    scene = force()
    member(scene, "dan", vouches=True)
    scene.do("entry.confirmed", by="bea", entry=ask(scene, person=per("dan")), keyset=kst("dan"))
    end_bea(scene)
    assert "alone_by_own_act" not in kinds(scene)
    scene.do("entry.confirmed", by="dan", entry=ask(scene))
    assert is_administrator(scene, "hal")


def test_nobody_at_all() -> None:
    """A register without administrators asks for one, and names nobody."""
    assert not voices.two(Fold().reg)
    assert "only_one_administrator" in kinds(Fold())


# --- anything at all ----------------------------------------------------------------------------------------------


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
        self.scene.say("recovery.made", kst(name), by=by, seen_by=[per("ada")])

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
