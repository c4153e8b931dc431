"""Two administrators, and one of them gone bad: Ada, who founded the vault, with a program of her own.

What should take two (another administrator, another kit) must take two people, whatever she does first and in
whose name. `tests/domain/test_voices.py` plays the same against the rules alone, thousands of acts at random.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.attacks.conftest import Force
from tests.attacks.insider import AT, Insider, ident, void_reason
from tests.ops.members import member
from tests.world import COST, PASSPHRASE
from vault.crypto.keyset import Keyset
from vault.domain import keys, voices
from vault.domain.decisions import Refusal
from vault.ops import compliance, confirming
from vault.ops.keyring import text
from vault.ops.session import Vault
from vault.ops.unlock import store_keyset
from vault.store.home import Home, Place
from vault.store.shared import blob_name


@dataclass
class Council:
    """Ada and Bea administer; Cal is custodian by Ada's word, Cyd by Bea's. ``hers`` are all keys in Ada's hand."""

    force: Force
    bea: Vault
    cyd: Vault
    hers: list[Insider] = field(default_factory=list)

    @property
    def ada(self) -> Insider:
        return self.hers[0]

    def enrol(self, by: Insider, person: str, letters: str) -> Insider:
        """Keys of Ada's making in anybody's name, as a program of her own enrols them."""
        keyset, id_ = Keyset.generate(self.force.world.dice), ident("kst", letters)
        data = {"key": text(keyset.sign_public), "kem": text(keyset.kem_public), "purpose": "member"}
        seq = by.say("signer.added", id_, **data, vouches=True, person=person)
        assert void_reason(self.force.world, seq) is None
        home = Home(self.force.world.folder / letters)
        home.make()
        sealed = {"passphrase": PASSPHRASE, "vault_id": self.force.world.created.vault_id, "keyset_id": id_}
        store_keyset(home, keyset, random=self.force.world.dice, cost=COST, **sealed)
        vault_id = self.force.world.created.vault_id
        home.set_place(Place(vault=self.force.world.location, vault_id=vault_id, keyset=id_, person=person))
        self.hers.append(Insider(self.force.world.open(home)))
        return self.hers[-1]

    def says(self, by: Insider, event: str, subject: str = "", /, **data: object) -> int:
        """An entry that must count."""
        seq = by.say(event, subject, **data)
        assert void_reason(self.force.world, seq) is None
        return seq

    def administrators(self) -> set[str]:
        self.force.world.vault.sync()
        rows = self.force.world.vault.state.find("role", role="administrator", until=None)
        return {row["person"] for row in rows}

    def takes_over(self, by: Insider) -> bool:
        """Hal is to be administrator: every keyset in her hand tries to say yes to it."""
        seq = self.says(by, "role.given", self.force.hal.person, role="administrator")
        for one in self.hers:
            if one.vault.state.get("signer", id=one.keyset) and self._signs(one):
                one.say("entry.confirmed", "", entry=seq)
        return self.force.hal.person in self.administrators()

    def _signs(self, one: Insider) -> bool:
        self.force.world.vault.sync()
        row = self.force.world.vault.state.get("signer", id=one.keyset)
        return row is not None and row["revoked"] is None


@pytest.fixture
def council(force: Force) -> Council:
    bea = member(force.world, "Bea Two", "2002", "administrator")
    cyd = _admitted_by(force, bea)
    hers = [force.insider(force.world.vault), force.insider(force.cal)]
    return Council(force, bea, cyd, hers)


def _admitted_by(force: Force, bea: Vault) -> Vault:
    """Cyd, whom Bea makes a custodian."""
    bea.sync()
    own, force.world.vault = force.world.vault, bea
    try:
        return member(force.world, "Cyd Roe", "3003", "custodian")
    finally:
        force.world.vault = own
        own.sync()


Way = Callable[[Council], Insider]


def _demoted(c: Council) -> Insider:
    c.says(c.ada, "role.ended", c.bea.person, role="administrator")
    return c.ada


def _paused(c: Council) -> Insider:
    c.says(c.ada, "person.paused", c.bea.person, occurred_at=AT)
    return c.ada


def _to_and_fro(c: Council) -> Insider:
    for event in ("person.paused", "person.resumed", "person.paused"):
        c.says(c.ada, event, c.bea.person, occurred_at=AT)
    return c.ada


def _left(c: Council) -> Insider:
    c.says(c.ada, "person.left", c.bea.person, occurred_at=AT)
    return c.ada


def _revoked(c: Council) -> Insider:
    c.says(c.ada, "signer.revoked", c.bea.place.keyset, reason="lost")
    return c.ada


def _by_cal(c: Council) -> Insider:
    c.says(c.hers[1], "person.left", c.bea.person, occurred_at=AT)
    return c.ada


def _by_a_ghost(c: Council) -> Insider:
    """A custodian of her own making, made before, ends Bea; and is there to confirm."""
    ghost = c.force.world.person("Gus Host", "6666")
    keys_of_ghost = c.enrol(c.ada, ghost, "ghost")
    c.says(c.ada, "role.given", ghost, role="custodian")
    c.says(keys_of_ghost, "person.left", c.bea.person, occurred_at=AT)
    return c.ada


def _in_beas_name(c: Council) -> Insider:
    """Keys enrolled in Bea's name stay beside hers: Ada asks with one, confirms with the other."""
    c.enrol(c.ada, c.bea.person, "bea")
    return c.ada


def _as_bea(c: Council) -> Insider:
    return c.enrol(c.ada, c.bea.person, "bea")


def _bea_rekeyed(c: Council) -> Insider:
    """As after a forgotten passphrase: new keys in Bea's name, the old ones end."""
    c.enrol(c.ada, c.bea.person, "bea")
    c.says(c.ada, "signer.revoked", c.bea.place.keyset, reason="replaced")
    return c.ada


def _through_two_hands(c: Council) -> Insider:
    """Keys in Bea's name enrol more keys in Bea's name, those end hers, and both are vouched for by each other."""
    first = c.enrol(c.ada, c.bea.person, "bea")
    entry = first.vault.follower.size - 1
    second = c.enrol(first, c.bea.person, "beb")
    c.says(second, "signer.revoked", c.bea.place.keyset, reason="lost")
    for one in c.hers:
        one.say("entry.confirmed", "", entry=entry)
        one.say("entry.confirmed", "", entry=entry + 1)
    return c.ada


def _beas_machine_of_adas(c: Council) -> Insider:
    """Bea once enrolled a second machine for Ada: with that one Ada ends Bea, and goes on with either."""
    keyset = c.enrol(Insider(c.bea), c.ada.person, "adb")
    c.says(keyset, "role.ended", c.bea.person, role="administrator")
    return c.ada


def _and_that_machine_alone(c: Council) -> Insider:
    keyset = c.enrol(Insider(c.bea), c.ada.person, "adb")
    c.says(keyset, "role.ended", c.bea.person, role="administrator")
    c.says(keyset, "signer.revoked", c.ada.keyset, reason="lost")
    return keyset


def _custodians_new_keys(c: Council) -> Insider:
    """Cyd could confirm: so Ada enrols keys in Cyd's name, before and after Bea's end."""
    c.enrol(c.ada, c.cyd.person, "cya")
    c.says(c.ada, "role.ended", c.bea.person, role="administrator")
    c.enrol(c.ada, c.cyd.person, "cyb")
    return c.ada


def _another_bea(c: Council) -> Insider:
    """Bea leaves, and a new Bea comes, who is Ada."""
    c.says(c.ada, "person.left", c.bea.person, occurred_at=AT)
    ghost = c.force.world.person("Bea Again", "2020")
    c.enrol(c.ada, ghost, "ghost")
    c.says(c.ada, "role.given", ghost, role="administrator")
    c.says(c.ada, "role.given", ghost, role="custodian")
    return c.ada


WAYS: tuple[Way, ...] = (
    _demoted,
    _paused,
    _to_and_fro,
    _left,
    _revoked,
    _by_cal,
    _by_a_ghost,
    _in_beas_name,
    _as_bea,
    _bea_rekeyed,
    _through_two_hands,
    _beas_machine_of_adas,
    _and_that_machine_alone,
    _custodians_new_keys,
    _another_bea,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_e06_one_hand_does_not_make_two(council: Council, way: Way) -> None:
    """Another administrator takes another person, however the second was ended or impersonated first."""
    before = council.administrators()
    by = way(council)
    assert not council.takes_over(by)
    assert council.administrators() <= before
    said = council.force.world.run("status", "--all", ok=False).stdout
    assert "alone_by_own_act" in said or "speaks_for_another" in said
    council.force.world.check()


@pytest.mark.parametrize("way", [_demoted, _by_a_ghost, _beas_machine_of_adas])
def test_e06_teeth_of_removals(council: Council, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were removals forgotten, whoever ended the other would be alone at once."""
    monkeypatch.setattr(voices, "removals", lambda reg, of: [])
    assert council.takes_over(way(council))


@pytest.mark.parametrize("way", [_in_beas_name, _as_bea, _bea_rekeyed, _through_two_hands])
def test_e06_teeth_of_voices(council: Council, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were a keyset its person's whoever enrolled it, Ada would confirm what she wrote."""
    monkeypatch.setattr(voices, "speaks", lambda row: frozenset({row["person"]} if row else ()))
    assert council.takes_over(way(council))


def test_e06_another_kit_takes_another_person_too(council: Council) -> None:
    """Alone by her own act, Ada cannot make the kit hers."""
    _demoted(council)
    kit = Keyset.generate(council.force.world.dice)
    id_ = ident("kst", "kit")
    data = {"key": text(kit.sign_public), "kem": text(kit.kem_public), "purpose": "recovery"}
    council.says(council.ada, "signer.added", id_, **data, vouches=True)
    council.says(council.ada, "recovery.made", id_, seen_by=[council.ada.person])
    state = council.force.world.vault.state
    assert [row["id"] for row in state.find("keyset", purpose="recovery", revoked=None)] != [id_]
    assert id_ not in keys.team_keysets(state, keys.CUSTODY)


def test_e06_the_custodian_of_before_can(council: Council) -> None:
    """Bea's own leaving aside, an honest Ada is not stuck: Cyd, whom Bea admitted, agrees on the command line."""
    _left(council)
    seq = council.says(council.ada, "role.given", council.force.hal.person, role="administrator")
    council.cyd.sync()
    said = council.force.world.run("confirm", str(seq), "--words-compared", home=council.cyd.home)
    assert "role.given" in said.stdout
    assert council.force.hal.person in council.administrators()


@pytest.mark.parametrize("when", ["before Bea looked", "after Bea looked", "in Gus's place"])
def test_e06_one_unread_word_makes_no_second_hand(council: Council, when: str) -> None:
    """Bea agrees to Gus as administrator; the keys in his name are Ada's. They do not agree with her to a third."""
    world = council.force.world
    gus = world.person("Gus Head", "6666")
    ghost = council.enrol(council.ada, gus, "ghost") if when == "before Bea looked" else None
    if when == "in Gus's place":
        council.enrol(council.ada, gus, "gus")
    seq = council.says(council.ada, "role.given", gus, role="administrator")
    assert "role.given" in world.run("confirm", home=council.bea.home).stdout
    if ghost is not None:  # there are keys, so they are asked for
        unread = world.run("confirm", str(seq), home=council.bea.home, ok=False)
        assert (unread.exit_code, "tenth word" in unread.stderr) == (2, True)
    ghost = ghost or council.enrol(council.ada, gus, "ghost")
    if when == "in Gus's place":
        council.says(council.ada, "signer.revoked", council.hers[-2].keyset, reason="lost")
        named = council.hers.pop(-2).keyset
        with pytest.raises(Refusal, match="not the only one"):
            confirming.confirm(council.bea, entry=seq, keyset=named)
    told = confirming.confirm(council.bea, entry=seq)
    assert told.unvouched and gus in council.administrators()
    assert not council.takes_over(council.ada)
    council.force.world.check()


def test_e06_the_words_of_a_new_administrators_keys_are_compared(council: Council) -> None:
    """The tenth word, as Gus reads it, and nothing else, makes the keys his; then his word counts beside Ada's."""
    world = council.force.world
    council.bea.sync()
    gus = member(world, "Gus Head", "6666", "holder")
    seq = council.says(council.ada, "role.given", gus.person, role="administrator")
    home = council.bea.home
    words = confirming.own_words(gus)
    unread = world.run("confirm", str(seq), home=home, ok=False)
    assert "tenth word" in unread.stderr and gus.person not in council.administrators()
    compared = world.run("confirm", str(seq), "--words-compared", home=home)
    assert " ".join(words[:-1]) in compared.stderr and words[-1] not in compared.stderr
    row = world.vault.state.get("keyset", id=gus.place.keyset)
    assert not voices.others(row or {})
    gus.sync()
    third = council.says(council.ada, "role.given", council.force.hal.person, role="administrator")
    confirming.confirm(gus, entry=third)
    assert council.force.hal.person in council.administrators()


def test_e06_what_waits_does_not_outlive_its_author(council: Council) -> None:
    """Ada's keys were stolen and Bea ended her; what was asked with them waits in vain, and the list says so."""
    world = council.force.world
    seq = council.says(council.ada, "role.given", council.force.hal.person, role="administrator")
    council.says(Insider(council.bea), "person.left", council.ada.person, occurred_at=AT)
    listed = world.run("confirm", "--format", "json", home=council.bea.home).stdout
    assert confirming.GONE in listed
    refused = world.run("confirm", str(seq), "--words-compared", home=council.bea.home, ok=False)
    assert (refused.exit_code, "no administrator any more" in refused.stderr) == (4, True)
    assert council.force.hal.person not in council.administrators()
    world.check()


def test_e06_the_words_say_why_it_does_not_count(council: Council) -> None:
    """Bea's new machine, that Ada enrolled: the refusal says whose hand, the list says what to do, and Bea does it."""
    ghost = council.enrol(council.ada, council.bea.person, "bea")
    entry = ghost.vault.follower.size - 1
    seq = council.says(council.ada, "role.given", council.force.hal.person, role="administrator")
    world = council.force.world
    refused = world.run("confirm", str(seq), "--yes", home=ghost.vault.home, ok=False)
    assert refused.exit_code == 4 and "may be in one hand" in refused.stderr
    listed = world.run("confirm", home=council.bea.home)
    assert "signer.added" in listed.stdout and "key words of this machine" in listed.stderr
    words = world.run("confirm", str(entry), "--words-compared", home=council.bea.home)
    assert "to be compared by voice" in words.stderr
    ghost.vault.sync()
    world.run("confirm", str(seq), "--words-compared", home=ghost.vault.home)
    assert council.force.hal.person in council.administrators()


def test_e06_nobody_vouches_for_keys_that_they_were_not_shown(council: Council) -> None:
    """Gus is no administrator yet. Bea, asked for "a quick `keyholder confirm N`", sees whose keys and compares words.

    Without that the keys would be Gus's own, and the role, asked for next, would show nobody any words.
    """
    world, home = council.force.world, council.bea.home
    gus = world.person("Gus Head", "6666")
    ghost = council.enrol(council.ada, gus, "ghost")
    entry = str(ghost.vault.follower.size - 1)
    blind = world.run("confirm", entry, "--yes", home=home, ok=False)
    row = world.vault.state.get("keyset", id=ghost.keyset) or {}
    assert voices.others(row), blind.stdout
    assert (blind.exit_code, "tenth word" in blind.stderr) == (2, True)
    shown = confirming.own_words(ghost.vault)
    said = world.run("confirm", entry, "--words-compared", home=home).stderr
    assert " ".join(shown[:-1]) in said and "Gus Head" in said
    council.force.world.check()


def test_e06_what_comes_while_bea_looks_is_not_confirmed(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada names an entry that is not there yet, and writes it while Bea's command runs: it was shown to nobody."""
    world, whole = council.force.world, confirming.asked
    council.bea.sync()
    entry = world.vault.follower.size

    def slow(vault: Vault, entry: int) -> confirming.Waiting:
        try:
            return whole(vault, entry)
        finally:
            council.ada.say("role.given", council.force.hal.person, role="administrator")

    monkeypatch.setattr(confirming, "asked", slow)
    blind = world.run("confirm", str(entry), "--yes", home=council.bea.home, ok=False)
    assert council.force.hal.person not in council.administrators()
    assert blind.exit_code == 3


@pytest.mark.parametrize("profile", ["avon_somerset", "none_such"])
def test_e06_a_document_of_ones_own_writing_is_said_to_be_that(council: Council, profile: str) -> None:
    """A hash tells Bea nothing: under a known name, or that of no file, lies a text without the rules."""
    world, home = council.force.world, council.bea.home
    text = b"" if profile == "none_such" else b"schema = 1\n"
    said = {"profile": profile, "document": blob_name(text)}
    council.ada.say_all([("policy.chosen", "", said)], blobs=[text] if text else [])
    assert "ANOTHER text" in world.run("confirm", "--format", "json", home=home).stdout
    council.bea.sync()
    entry, _ = compliance.choose(council.bea, "avon_somerset")
    assert "that is the text of this machine's file" in world.run("confirm", "--format", "json").stdout
    assert entry


def test_e11_keys_that_nothing_can_be_sealed_to_stop_nobody(council: Council) -> None:
    """In Cal's name, of the right length, and no key: every epoch of Cal's teams would have to be sealed to it."""
    world, key = council.force.world, text(Keyset.generate(council.force.world.dice).sign_public)
    data = {"key": key, "kem": text(b"\xff" * 1216), "purpose": "member", "vouches": False}
    seq = council.ada.say("signer.added", ident("kst", "bad"), **data, person=council.force.cal.person)
    assert "nothing can be sealed" in str(void_reason(world, seq))
    world.run("person", "add", "--name", "Zed Young", "--collar", "8888")
    world.check()
