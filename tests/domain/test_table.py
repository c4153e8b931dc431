"""The event table as a whole: what holds for every event, by going through all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.examples import EXAMPLES, Example
from tests.domain.fold import DAY, EARLIER, TIME, Fold, alone, b64, enrol, force, genesis, keys_of, kst, per
from vault.domain import blobs, exposure, table
from vault.domain import events as e
from vault.domain.events import Fact, Void
from vault.domain.table import TABLE

# A name of a keyset → the role that it acts in.
CAST = {
    "bea": e.ADMINISTRATOR,
    "cal": e.CUSTODIAN,
    "hal": e.HOLDER,
    "amy": e.AUDITOR,
    "des": e.DESK,
    "rec": e.RECOVERY,
}
BASE64_FIELDS = {"key": 32, "kem": 1216, "public": 1216, "cosignature": 72}
FREE_TEXT = (
    "Ada Byron",
    "Ada",
    "Müller",
    "ada@norfolk.example",
    "@NorfolkPolice",
    "x/NorfolkPolice",
    "https://x.example/login",
    "+44 1603 000000",
    "lost in a pub",
    "Lost.",
    "",
    "a" * 65,
    "Correct-Horse-Battery",
    " ",
    "ada\n",
)
each_event = pytest.mark.parametrize(
    ("name", "example"), [pytest.param(name, example, id=name) for name, example in EXAMPLES.items()]
)


def test_every_event_has_an_example() -> None:
    """Nobody adds an event that the tests below do not go through."""
    assert {*EXAMPLES, "log.genesis"} == set(TABLE)


@each_event
def test_a_right_fact_changes_what_it_should(name: str, example: Example) -> None:
    """Each event, said by somebody with the right, changes its own tables and no other."""
    scene, data = example.scene()
    changed = scene.changed(lambda: scene.do(name, example.subject, by=example.by, **data))
    assert " ".join(sorted(changed.keys() - {"blob", "about"})) == " ".join(sorted(example.touches.split()))
    for one in blobs.named_by(TABLE[name], data):
        assert scene.reg.get("blob", hash=one.hash) is not None, "what it names is remembered"


@each_event
def test_a_missing_field_is_void(name: str, example: Example) -> None:
    """Each field that the event demands, taken away."""
    scene, data = example.scene()
    for missing in TABLE[name].fields:
        less = {field: value for field, value in data.items() if field != missing}
        assert scene.void(name, example.subject, by=example.by, **less) == f"{missing} is missing"


@each_event
def test_a_field_more_is_void(name: str, example: Example) -> None:
    """A field that the event does not have, whatever it says."""
    scene, data = example.scene()
    reason = scene.void(name, example.subject, by=example.by, **data, remark=DAY)
    assert reason == "remark does not belong to it"


@each_event
def test_a_wrong_subject_is_void(name: str, example: Example) -> None:
    """A subject of another kind, none, or one where there should be none."""
    scene, data = example.scene()
    for subject in ("", "kst-short", "per-" + "A" * 16, "acc-" + "a" * 17, "zzz-" + "a" * 16):
        if subject != example.subject:
            assert scene.void(name, subject, by=example.by, **data).startswith("its subject ")


@each_event
def test_a_subject_that_nobody_knows(name: str, example: Example) -> None:
    """An event about something never makes it up; only those that bring something new may name a new id."""
    makes_it = {"signer.added", "epoch.started", "invitation.made", "keys.wrapped", "team.added"} | {
        "person.added",
        "account.requested",
        "access.requested",
        "account.added",
        "account.imported",
        "account.opened",
        "grant.given",
        "device.added",
        "claim.filed",
        "note.made",
        "record.made",
        "entry.corrected",
        "witness.added",
    }
    if name in makes_it or not example.subject:
        return
    scene, data = example.scene()
    if name == "notice.told":  # its subject is for people to find it by, the cause names the notice
        return
    scene.void(name, example.subject[:4] + "z" * 16, by=example.by, **data)


@each_event
def test_an_id_is_used_once(name: str, example: Example) -> None:
    """What brings something new under an id is void the second time: no entry replaces what another said."""
    again = ("added", "requested", "opened", "imported", "given", "made", "filed", "wrapped", "started")
    if not example.subject or not name.endswith(again) or name in ("approval.given", "recovery.made"):
        return
    if name == "witness.added":  # it waits: that two cannot both be confirmed is in test_witnesses.py
        return
    scene, data = example.scene()
    scene.do(name, example.subject, by=example.by, **data)
    scene.void(name, example.subject, by=example.by, **data)


@each_event
def test_only_who_has_the_right(name: str, example: Example) -> None:
    """Each role that the event does not name is refused it; nobody's keyset is refused everything."""
    scene, data = example.scene()
    for keyset, role in CAST.items():
        if role not in TABLE[name].by:
            assert (
                scene.void(name, example.subject, by=keyset, **data) == "its author had no right to write it"
            )
    assert scene.void(name, example.subject, by="nobody", **data) == "its author had no right to write it"


@each_event
def test_not_while_paused(name: str, example: Example) -> None:
    """What a paused member signs has no effect, and is good again once they are resumed."""
    if example.by == "rec":
        return
    scene, data = example.scene()
    scene.do("person.paused", per(example.by), by="ada" if example.by != "ada" else "bea", occurred_at=TIME)
    assert scene.void(name, example.subject, by=example.by, **data) == "its author had no right to write it"


@each_event
def test_not_with_a_revoked_keyset(name: str, example: Example) -> None:
    """What a revoked keyset signs has no effect, whoever its person is."""
    scene, data = example.scene()
    if example.by == "rec":
        return
    enrol(scene, "two", example.by, vouches=True)
    scene.do("signer.revoked", kst("two"), reason="renewed")
    assert scene.void(name, example.subject, by="two", **data) == "its author had no right to write it"


@each_event
def test_no_field_takes_free_text(name: str, example: Example) -> None:
    """Promise 8: names, addresses, handles and sentences are refused in every field of every event."""
    scene, data = example.scene()
    for field in (*TABLE[name].fields, *TABLE[name].optional):
        for text in FREE_TEXT:
            for value in (text, [text], {text: text}, {"password": text}, {kst("hal"): text}):
                reason = scene.void(name, example.subject, by=example.by, **{**data, field: value})
                assert reason.startswith(f"{field} "), reason


@pytest.mark.parametrize("text", FREE_TEXT)
def test_no_subject_takes_free_text(text: str) -> None:
    """Promise 8, for subjects: they are ids or empty."""
    assert not [kind for kind, check in table.SUBJECTS.items() if check(text) is None and (kind or text)]


def test_base64_fields_have_their_exact_length() -> None:
    """A public key or a team's key is so many bytes in their one spelling; no field takes base64 of any length."""
    found = set()
    for event in TABLE.values():
        for field, check in {**event.fields, **event.optional}.items():
            size = BASE64_FIELDS.get(field, 32)
            if check(b64("x", size)) is None:
                found.add(field)
                assert check(b64("x", size + 1)) is not None
                assert check(b64("x", size - 1)) is not None
                assert check(b64("x", size)[:-1]) is not None
                assert check(b64("x", size) + "\n") is not None
                assert not size % 3 or check(b64("x", size).rstrip("=")) is not None
    assert found >= {"key", "kem", "public", "details", "blob", "commitment", "wrap"}


@each_event
def test_every_field_refuses_other_types(name: str, example: Example) -> None:
    """null, numbers and nested things where they do not belong are void, never an error."""
    scene, data = example.scene()
    for field, check in {**TABLE[name].fields, **TABLE[name].optional}.items():
        for value in (None, -1, 1.5, [], {}, [[]], {"a": {}}, [None], {"": None}, True, 0):
            if check(value) is not None:
                fact = scene.fact(name, example.subject, by=example.by, **data)
                other = {**fact.data, field: value}
                reason = scene.take(
                    Fact(fact.seq, fact.time, fact.keyset, fact.person, fact.roles, name, fact.subject, other)
                )
                assert reason is not None


def test_an_unknown_event_is_void() -> None:
    """An event of a later version is skipped and named."""
    assert "does not know the event" in force().void("account.teleported", "", by="ada")


def test_genesis() -> None:
    """The first entry makes its own author administrator and custodian, with a keyset that vouches."""
    scene = Fold()
    changed = scene.changed(lambda: genesis(scene))
    assert sorted(changed) == ["keyset", "person", "role"]
    assert scene.row("signer")["vouches"] == 1
    assert {row["role"] for row in scene.reg.find("role")} == {e.ADMINISTRATOR, e.CUSTODIAN}


def test_one_genesis() -> None:
    """A second genesis is void, whoever it names."""
    data = {"origin": "keyholder/00", "person": per("eve"), "policy": "surrey"}
    for by in ("ada", "eve", "rec"):
        assert (
            alone().void("log.genesis", kst("eve"), by=by, **keys_of("eve"), **data)
            == "a log has one genesis"
        )


def test_require() -> None:
    """What is not in the register cannot be spoken about."""
    assert e.require({"id": 1}, "it") == {"id": 1}
    with pytest.raises(Void, match="the team is not in the register"):
        e.require(None, "the team")


def test_a_back_dated_fact() -> None:
    """A fact carries its own date, before what is in the log already; the order stays that of the log."""
    scene = force()
    scene.do("person.left", per("hal"), by="cal", occurred_at=EARLIER)
    assert scene.row("person", id=per("hal"))["left_at"] == EARLIER
    assert scene.row("grant_", person=per("hal"))["until"] == EARLIER[:10]
    assert scene.row("cause")["occurred_at"] == EARLIER
    assert scene.row("cause")["seq"] == scene.seq - 1


def test_a_cause_that_names_nothing() -> None:
    """A cause without person, device, team or account stands in the register, and nothing is owed for it."""
    scene = force()
    exposure.cause(scene.reg, scene.fact("backup.made", size=1), kind="other")
    assert scene.row("cause")["kind"] == "other"
    assert scene.reg.find("obligation") == []


@each_event
def test_folding_again_gives_the_same(name: str, example: Example) -> None:
    """The same facts make the same register in another State, row for row."""
    scene, data = example.scene()
    scene.do(name, example.subject, by=example.by, **data)
    again = Fold()
    for fact in scene.facts:
        person, roles = table.author(again.reg, fact.keyset, fact.event, fact.data)
        assert (person, roles) == (fact.person, fact.roles)
        again.take(fact)
    assert again.tables() == scene.tables()


# --- any fact at all ------------------------------------------------------------------------------------------

NAMES = ("ada", "bea", "cal", "hal", "rec", "main", "phone", "new", "one", "dmt", "cusb")
IDS = st.builds(
    lambda kind, name: f"{kind}-{name:a<16}",
    st.sampled_from(sorted(set(table.SUBJECTS) - {""})),
    st.sampled_from(NAMES),
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-1, 4)
    | st.sampled_from(
        [2**53 - 1, TIME, DAY, EARLIER, "password", "new", "kept", "deposit", "custody", "secret"]
    )
    | st.sampled_from([b64("x"), b64("x", 1216), "administrator", "custodian", "recovery", "member", ""])
    | st.text(max_size=8)
    | IDS
)
VALUES = (
    PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(IDS | st.sampled_from(["password", "totp"]), PLAIN)
)
FIELDS = sorted({name for event in TABLE.values() for name in (*event.fields, *event.optional)})


@st.composite
def nearly_right(draw: st.DrawFn) -> tuple[str, str, str, dict[str, Any]]:
    """An example, mostly of its own subject and fields, some of them swapped for something else."""
    name = draw(st.sampled_from(sorted(EXAMPLES)))
    example = EXAMPLES[name]
    data = example.data if isinstance(example.data, dict) else {}
    data = {**data, **draw(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=2))}
    for gone in draw(st.lists(st.sampled_from(FIELDS), max_size=1)):
        data.pop(gone, None)
    by = draw(st.sampled_from([example.by, *CAST]))
    return name, draw(st.sampled_from([example.subject] * 3) | IDS), by, data


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(nearly_right(), max_size=12))
def test_any_fact_folds(facts: list[tuple[str, str, str, dict[str, Any]]]) -> None:
    """Whatever an entry says, folding it gives a verdict and never an error; void entries change nothing else."""
    scene, again = force(), force()
    for name, subject, by, data in facts:
        fact = scene.fact(name, subject, by=by)
        fact = Fact(fact.seq, fact.time, fact.keyset, fact.person, fact.roles, name, subject, data)
        before = scene.tables()
        verdict = scene.take(fact)
        if verdict is not None:
            assert {**scene.tables(), "void": before["void"]} == before
        assert again.take(fact) == verdict
    assert scene.tables() == again.tables()
