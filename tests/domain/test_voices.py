"""Whose word a keyset speaks: two must be two people, and nobody becomes alone by what they did themselves."""

from __future__ import annotations

import pytest

from tests.domain.fold import alone, b64, enrol, force, keys_of, kst, member, per
from tests.domain.voices import GOAL, REVOKE, ask, council, end_bea, is_administrator, kinds
from vault.domain import voices

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
