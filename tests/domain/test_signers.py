"""The register and the log library agree on who may sign, whatever anybody writes."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.entry import Entry
from audit.signers import Signer, Signers
from tests.audit.test_keys import ENCODINGS, NONCANONICAL
from tests.domain.fold import TIME, Fold, b64, enrol, force, genesis, keys_of, kst, per

KEYSETS = ("ada", "bea", "cal", "hal", "rec", "new", "two", "eve")


def strong(name: str) -> dict[str, str]:
    """Keys of a keyset whose signing key the library takes: the points of `strong_keys`."""
    return {**keys_of(name), "key": STRONG[KEYSETS.index(name)]}


def _strong_keys() -> list[str]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = (Ed25519PrivateKey.from_private_bytes(bytes([n + 1]) * 32) for n in range(len(KEYSETS)))
    return [base64.b64encode(key.public_key().public_bytes_raw()).decode() for key in raw]


STRONG = _strong_keys()


class Both(Fold):
    """A fold with the library's signers beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.signers = Signers()

    def take(self, fact: Any) -> str | None:
        entry = Entry(
            seq=fact.seq,
            prev=bytes(32),
            time=fact.time,
            actor=fact.keyset,
            event=fact.event,
            subject=fact.subject,
            data=dict(fact.data),
        )
        self.signers.apply(entry)
        return super().take(fact)

    def believed(self) -> list[Signer]:
        """The register's table, as the library's values."""
        return [
            Signer(r["id"], r["public"], r["added"], r["revoked"], bool(r["vouches"]))
            for r in self.reg.find("signer")
        ]


def crew() -> Both:
    """Ada and Bea administer, Cal has custody, Hal holds; a recovery kit; Hal alone does not vouch."""
    scene = Both()
    data = {"origin": "keyholder/00", "person": per("ada"), "policy": "surrey"}
    scene.do("log.genesis", kst("ada"), **strong("ada"), **data)
    scene.do("signer.added", kst("rec"), **strong("rec"), purpose="recovery", vouches=True)
    scene.do("recovery.made", kst("rec"), seen_by=[per("ada")])
    for name, role in (("bea", "administrator"), ("cal", "custodian"), ("hal", "holder")):
        scene.do("person.added", per(name), details=b64(name))
        data = {"purpose": "member", "person": per(name), "vouches": name != "hal"}
        scene.do("signer.added", kst(name), **strong(name), **data)
        scene.do("role.given", per(name), role=role)
    return scene


names = st.sampled_from(KEYSETS)
WEAK = [base64.b64encode(raw).decode() for raw in ENCODINGS + NONCANONICAL]
keys = st.sampled_from([*STRONG, *WEAK[:4], STRONG[0][:-1], "", None, 7])
ADDED = st.tuples(
    st.just("signer.added"),
    names,
    names,
    st.fixed_dictionaries(
        {"key": keys, "kem": st.sampled_from([b64(f"kem {n}", 1216) for n in KEYSETS])},
        optional={
            "purpose": st.sampled_from(["member", "recovery"]),
            "vouches": st.booleans() | st.just("yes"),
            "person": st.sampled_from([per("ada"), per("hal"), per("zoe")]),
        },
    ),
)
REVOKED = st.tuples(st.just("signer.revoked"), names, names, st.just({"reason": "renewed"}))
VOUCHING = st.tuples(
    st.just("signer.vouching"), names, names, st.fixed_dictionaries({"vouches": st.booleans() | st.none()})
)
GENESIS = st.tuples(
    st.just("log.genesis"), names, names, st.just({"origin": "x", "key": STRONG[5], "vouches": True})
)
PAUSED = st.tuples(
    st.sampled_from(["person.paused", "person.resumed", "person.left"]),
    names,
    names,
    st.just({"occurred_at": TIME}),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ADDED | REVOKED | VOUCHING | GENESIS | PAUSED, max_size=15))
def test_both_layers_agree(events: list[tuple[str, str, str, dict[str, Any]]]) -> None:
    """The table `signer` is what the library believes, and what the library ignores is void in the register."""
    scene = crew()
    for event, by, about, data in events:
        subject = per(about) if event.startswith("person") else kst(about)
        scene.say(event, subject, by=by, **data)
    assert sorted(scene.believed(), key=repr) == sorted(scene.signers.items(), key=repr)
    void = {row["seq"] for row in scene.reg.find("void")}
    assert set(scene.signers.ignored) <= void
    for row in scene.reg.find("keyset", revoked=None):
        assert row["id"] in {signer.id for signer in scene.signers.items()}


@pytest.mark.parametrize(
    ("event", "by", "about", "data"),
    [
        ("signer.vouching", "hal", "hal", {"vouches": True}),
        ("signer.vouching", "hal", "ada", {"vouches": False}),
        ("signer.vouching", "ada", "new", {"vouches": True}),
        ("signer.revoked", "hal", "cal", {"reason": "lost"}),
        (
            "log.genesis",
            "ada",
            "ada",
            {"origin": "x", "person": per("ada"), "policy": "surrey", **strong("new")},
        ),
        (
            "signer.added",
            "ada",
            "new",
            {**keys_of("new"), "key": STRONG[3], "purpose": "member", "person": per("ada")},
        ),
        *(
            ("signer.added", "ada", "new", {**keys_of("new"), "key": weak, "purpose": "recovery"})
            for weak in WEAK
        ),
    ],
)
def test_void_in_both(event: str, by: str, about: str, data: dict[str, Any]) -> None:
    """Vouching for oneself, silencing others without vouching, a key twice or one that proves nothing: void in both."""
    scene, before = crew(), None
    before = scene.signers.items()
    given = {"vouches": False, **data} if event == "signer.added" else data
    assert scene.void(event, kst(about), by=by, **given)
    assert scene.signers.items() == before
    assert scene.signers.ignored == (scene.seq - 1,)


def test_an_administrator_who_does_not_vouch() -> None:
    """The role alone adds nobody: the log would not act on it, so it is void; vouching comes first."""
    scene = crew()
    assert "say otherwise" in scene.void("signer.vouching", kst("bea"), vouches=False)
    data = {**strong("new"), "purpose": "member", "person": per("bea"), "vouches": False}
    assert "does not let its author" in scene.void("signer.added", kst("new"), by="bea", **data)
    assert "does not let its author" in scene.void("signer.revoked", kst("cal"), by="bea", reason="renewed")
    scene.do("signer.vouching", kst("bea"), vouches=True)
    scene.do("signer.added", kst("new"), by="bea", **data)


def test_a_later_genesis_adds_nobody() -> None:
    """Not even one that looks like an adding: the library ignores it, and the table stays as it was."""
    scene = crew()
    before = scene.believed()
    scene.void("log.genesis", kst("new"), **strong("new"), vouches=True)
    assert scene.believed() == before
    assert scene.signers.ignored == (scene.seq - 1,)


def test_own_other_keyset() -> None:
    """Another machine of the same person is another signer: revoking it takes a keyset that vouches."""
    scene = crew()
    data = {**strong("two"), "purpose": "member", "person": per("hal"), "vouches": False}
    scene.do("signer.added", kst("two"), **data)
    assert scene.void("signer.revoked", kst("two"), by="hal", reason="lost")
    scene.do("signer.revoked", kst("two"), by="two", reason="lost")
    assert (
        scene.void("signer.revoked", kst("two"), by="ada", reason="lost") == "the keyset is revoked already"
    )


def test_the_register_is_stricter() -> None:
    """A custodian's keyset that adds a signer: the library acts, the register does not; nothing of it counts."""
    scene = crew()
    data = {**strong("new"), "purpose": "member", "person": per("ada"), "vouches": True}
    scene.void("signer.added", kst("new"), by="cal", **data)
    assert scene.reg.get("signer", id=kst("new")) is not None
    assert scene.void("person.added", per("eve"), by="new", details=b64("eve"))
    # It may still act among signers; the register follows, or it would believe that Ada can vouch.
    scene.void("signer.vouching", kst("ada"), by="new", vouches=False)
    data = {**strong("two"), "purpose": "member", "person": per("bea"), "vouches": False}
    assert "does not let its author" in scene.void("signer.added", kst("two"), by="ada", **data)


def test_the_first_key_is_known() -> None:
    """Genesis makes a signer that vouches; its key is never given to another."""
    scene = Fold()
    genesis(scene)
    assert scene.row("signer")["public"] == base64.b64decode(keys_of("ada")["key"])
    scene = force()
    scene.do("person.added", per("eve"), details=b64("eve"))
    with pytest.raises(AssertionError, match="admitted before"):
        enrol(scene, "ada", "eve")
