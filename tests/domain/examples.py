"""One right fact for every event of the table, in the scene of `fold.force`, and the tables that it changes."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.domain.fold import (
    DAY,
    EARLIER,
    TIME,
    Fold,
    acc,
    b64,
    bat,
    clm,
    dev,
    enrol,
    epo,
    force,
    give,
    grt,
    inv,
    keys_of,
    kst,
    member,
    note,
    per,
    rec,
    req,
    rot,
    tem,
    wit,
)
from vault.domain import keys

Data = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """Who says what about whom, after what; `data` may need the scene to be known."""

    by: str
    subject: str
    data: Data | Callable[[Fold], Data]
    touches: str
    prepare: Callable[[Fold], object] = field(default=lambda scene: None)

    def scene(self) -> tuple[Fold, Data]:
        """The scene in which it applies, and its fields."""
        scene = force()
        self.prepare(scene)
        return scene, self.data(scene) if callable(self.data) else dict(self.data)


AT = {"occurred_at": TIME}
ACCOUNT = {"platform": "x", "owner_kind": "main", "details": b64("details")}
DEVICE = {"kind": "laptop", "ownership": "force", "screen_lock": "yes", "details": b64("device")}
ASKED = {"requester": per("hal"), "person": per("ned"), "kind": "secret", "account": acc("main")}


def use_recovery(scene: Fold) -> None:
    """Cal's laptop is to be admitted by the kit."""
    scene.do("recovery.used", kst("rec"), by="rec", admits=kst("new"))


def invite(scene: Fold) -> None:
    data = {"person": per("ned"), "key": b64("invitation"), "roles": ["holder"]}
    scene.do("invitation.made", inv("ned"), expires="2026-12-01T00:00:00Z", **data)
    enrol(scene, "ned", "ned")


def ask(scene: Fold) -> None:
    """Hal asks for a new account."""
    scene.do("account.requested", req("new"), by="hal", **ACCOUNT, requester=per("hal"))


def come(scene: Fold) -> None:
    """Ned has keys and comes into custody: its epoch is due."""
    enrol(scene, "nedb", "ned")
    scene.do("role.given", per("ned"), role="custodian")


def lose(scene: Fold) -> None:
    scene.do("device.lost", dev("phone"), by="hal", **AT, tell=["custodian"])


def rotate(scene: Fold) -> None:
    """A candidate for the account, with one door besides the password."""
    scene.rotation("one", acc("main"), doors=["sessions"])


def applied(scene: Fold) -> None:
    rotate(scene)
    scene.do("rotation.applied", rot("one"), by="cal")


def verified(scene: Fold) -> None:
    applied(scene)
    scene.do("rotation.verified", rot("one"), by="cal")


def second(scene: Fold) -> None:
    """A second administrator's role waits for another's word."""
    scene.do("role.given", per("amy"), role="administrator")


def share(scene: Fold) -> None:
    """Ned comes with keys and holds the account; Cal has commit keys for him."""
    member(scene, "nia", "holder")
    give(scene, "nia", "nia", "main")
    scene.do("keys.wrapped", bat("nia"), by="cal", seals={kst("nia"): b64("commit key")})


def attend(scene: Fold) -> None:
    """There is a witness."""
    waiting = scene.do("witness.added", wit("one"), name="witness/" + "1" * 16, key=b64("one"))
    scene.do("entry.confirmed", "", by="bea", entry=waiting)


def cosignature(at: str) -> str:
    """72 bytes that begin with that time."""
    seconds = int(dt.datetime.fromisoformat(at).timestamp())
    return base64.b64encode(seconds.to_bytes(8) + bytes(64)).decode()


def owe(scene: Fold) -> None:
    """A change in the team makes the account's password owed in class 3."""
    scene.do("team.left", tem("dmt"), person=per("hal"), until=DAY, rotate=True)


def _version(scene: Fold) -> Data:
    return scene.version_data(acc("main"), batch=bat("v"), why="rotation", previous=1)


def _ticked(scene: Fold) -> Data:
    return {"doors": {"sessions": "done"}}


EXAMPLES: dict[str, Example] = {
    # keys
    "signer.added": Example(
        "ada",
        kst("ned"),
        {**keys_of("ned"), "purpose": "member", "vouches": False, "person": per("ned")},
        "keyset",
    ),
    "signer.revoked": Example("cal", kst("hal"), {"reason": "renewed"}, "keyset"),
    "signer.vouching": Example("ada", kst("hal"), {"vouches": False}, ""),
    "role.given": Example("bea", per("des"), {"role": "auditor"}, "role"),
    "role.ended": Example("ada", per("hal"), {"role": "holder"}, "role"),
    "epoch.started": Example(
        "cal", epo("next"), lambda scene: scene.epoch_data(keys.CUSTODY), "epoch epoch_seal", come
    ),
    "recovery.made": Example(
        "ada",
        kst("kit"),
        {"seen_by": [per("ada")]},
        "pending",
        lambda scene: scene.do(
            "signer.added", kst("kit"), **keys_of("kit"), purpose="recovery", vouches=True
        ),
    ),
    "recovery.used": Example("rec", kst("rec"), {"admits": kst("new")}, "recovery_use"),
    "invitation.made": Example(
        "bea",
        inv("one"),
        {"person": per("ned"), "key": b64("invitation"), "roles": ["holder"], "expires": TIME},
        "invitation",
    ),
    "invitation.used": Example("ada", inv("ned"), {"keyset": kst("ned")}, "invitation", invite),
    "entry.confirmed": Example(
        "bea", "", lambda scene: {"entry": scene.seq - 1, "keyset": kst("amy")}, "keyset pending role", second
    ),
    # people
    "person.added": Example("cal", per("new"), {"details": b64("new")}, "person"),
    "person.changed": Example("cal", per("hal"), {"details": b64("married")}, "person"),
    "person.paused": Example("cal", per("hal"), AT, "person"),
    "person.resumed": Example(
        "ada", per("hal"), AT, "person", lambda scene: scene.do("person.paused", per("hal"), **AT)
    ),
    "person.left": Example("cal", per("hal"), AT, "cause grant_ keyset obligation person role team_member"),
    "post.given": Example("cal", per("hal"), {"post": "line_manager", "since": DAY}, "post"),
    "post.ended": Example(
        "cal",
        per("hal"),
        {"post": "line_manager", "until": DAY},
        "post",
        lambda scene: scene.do("post.given", per("hal"), post="line_manager", since="2020-02-01"),
    ),
    "team.added": Example("cal", tem("new"), {"details": b64("team"), "kind": "district"}, "team"),
    "team.joined": Example(
        "cal", tem("dmt"), {"person": per("ned"), "since": DAY, "rotate": False}, "team_member"
    ),
    "team.left": Example(
        "cal",
        tem("dmt"),
        {"person": per("hal"), "until": DAY, "rotate": True},
        "cause obligation team_member",
    ),
    # accounts
    "account.requested": Example("hal", req("new"), {**ACCOUNT, "requester": per("hal")}, "request unkeyed"),
    "access.requested": Example("hal", req("new"), {**ASKED, "details": b64("why")}, "request unkeyed"),
    "approval.given": Example(
        "cal", req("new"), {**AT, "post": "line_manager", "person": per("ned")}, "approval", ask
    ),
    "approval.refused": Example(
        "cal", req("new"), {**AT, "post": "line_manager", "person": per("ned")}, "approval", ask
    ),
    "account.opened": Example("cal", acc("new"), {**ACCOUNT, "request": req("new")}, "account request", ask),
    "account.added": Example("ada", acc("new"), ACCOUNT, "account"),
    "account.imported": Example("ada", acc("new"), ACCOUNT, "account"),
    "account.changed": Example("ada", acc("main"), {"owner_kind": "main"}, "account"),
    "account.frozen": Example("ada", acc("main"), {**AT, "reason": "incident"}, "account freeze"),
    "account.unfrozen": Example(
        "ada",
        acc("main"),
        AT,
        "account freeze",
        lambda scene: scene.do("account.frozen", acc("main"), **AT),
    ),
    "account.closed": Example("ada", acc("main"), {**AT, "consulted": b64("who")}, "account grant_ part"),
    "account.used": Example(
        "hal", acc("main"), {"day": DAY, "how": "post", "person": per("ned")}, "account_use"
    ),
    "account.followed_up": Example(
        "cal",
        acc("main"),
        {
            "step": "mitigation",
            "day": DAY,
            "until": "2026-12-24",
            "via": "email",
            "post": "corporate_communications",
            "person": per("ned"),
        },
        "follow_up",
    ),
    "account.ends": Example(
        "cal",
        acc("main"),
        {
            "how": "event",
            "day": DAY,
            "ending": "website_live",
            "post": "digital_media_lead",
            "person": per("ned"),
        },
        "term",
    ),
    "factor.set": Example(
        "cal",
        acc("main"),
        {"channel": "second_factor", "kind": "sms", "device": dev("phone"), "person": per("hal")},
        "factor",
    ),
    # grants
    "grant.given": Example(
        "cal",
        grt("new"),
        {"account": acc("main"), "person": per("ned"), "kind": "tool_seat", "since": DAY, "existing": False},
        "grant_",
    ),
    "grant.revoked": Example(
        "cal", grt("main"), {"until": DAY, "reason": "moved"}, "cause grant_ obligation"
    ),
    # devices
    "device.added": Example("hal", dev("new"), {**DEVICE, "person": per("hal")}, "device unkeyed"),
    "device.changed": Example("hal", dev("phone"), {"screen_lock": "no"}, "device"),
    "device.signed_in": Example("hal", dev("phone"), {"account": acc("main")}, "device_account"),
    "device.signed_out": Example(
        "hal",
        dev("phone"),
        {"account": acc("main")},
        "device_account",
        lambda scene: scene.do("device.signed_in", dev("phone"), account=acc("main")),
    ),
    "device.lost": Example(
        "hal", dev("phone"), {**AT, "tell": ["custodian", "it_desk"]}, "cause device notice"
    ),
    "device.found": Example("hal", dev("phone"), AT, "device", lose),
    "device.retired": Example("hal", dev("phone"), AT, "device"),
    "own_device.answered": Example("hal", per("hal"), {**AT, "uses": True}, "own_device"),
    "notice.told": Example(
        "cal",
        dev("phone"),
        lambda scene: {**AT, "cause": scene.seq - 1, "recipient": "custodian"},
        "notice",
        lose,
    ),
    # secrets
    "keys.wrapped": Example("hal", bat("new"), {"seals": {kst("hal"): b64("seal")}}, "batch batch_seal"),
    "version.written": Example(
        "cal", acc("main"), _version, "part recipient version", lambda scene: scene.wrap("v", acc("main"))
    ),
    "version.shared": Example(
        "cal",
        acc("main"),
        {"number": 1, "to": kst("nia"), "batch": bat("nia"), "wrap": b64("wrap")},
        "recipient",
        share,
    ),
    "secret.seen": Example(
        "hal",
        acc("main"),
        {"number": 1, "parts": ["password"], "person": per("hal"), "how": "revealed", "device": dev("phone")},
        "exposure",
    ),
    "account.compromised": Example("cal", acc("main"), AT, "cause obligation"),
    # rotation
    "rotation.started": Example(
        "cal",
        acc("main"),
        {
            "rotation": rot("new"),
            "number": 2,
            "owner": per("cal"),
            "lease_until": TIME,
            "doors": ["sessions"],
        },
        "rotation",
        lambda scene: scene.version(acc("main"), why="rotation", previous=1),
    ),
    "rotation.extended": Example(
        "cal",
        rot("one"),
        {"number": 3},
        "rotation version",
        lambda scene: (
            rotate(scene),
            scene.version(acc("main"), why="rotation", previous=2, parts={"password": "kept", "totp": "new"}),
        ),
    ),
    "rotation.applied": Example("cal", rot("one"), {}, "rotation version", rotate),
    "rotation.unknown": Example("cal", rot("one"), AT, "rotation version", rotate),
    "rotation.rejected": Example("cal", rot("one"), AT, "rotation version", rotate),
    "rotation.abandoned": Example("cal", rot("one"), AT, "rotation version", rotate),
    "rotation.verified": Example("cal", rot("one"), AT, "rotation version", applied),
    "rotation.ticked": Example("cal", rot("one"), _ticked, "door rotation", verified),
    "rotation.taken_over": Example(
        "cal", rot("one"), {"owner": per("ada"), "lease_until": EARLIER}, "rotation", rotate
    ),
    "obligation.deferred": Example(
        "cal",
        acc("main"),
        {"part": "password", "until": "2026-12-24", "post": "digital_media_lead", "person": per("ada")},
        "obligation",
        owe,
    ),
    # descriptions
    "details.shared": Example(
        "cal",
        kst("hal"),
        {"about": dev("phone"), "batch": bat("own"), "details": b64("copy")},
        "own_details",
        lambda scene: scene.do("keys.wrapped", bat("own"), by="cal", seals={kst("hal"): b64("commit key")}),
    ),
    "details.rewritten": Example(
        "cal", "", {"about": dev("phone"), "details": b64("anew")}, "device unkeyed"
    ),
    # records
    "claim.filed": Example(
        "des",
        clm("new"),
        {**AT, "kind": "device_lost", "details": b64("what"), "device": dev("phone")},
        "claim unkeyed",
    ),
    "claim.accepted": Example(
        "cal",
        clm("one"),
        {"device": dev("phone")},
        "claim",
        lambda scene: scene.do("claim.filed", clm("one"), by="des", **AT, kind="other", details=b64("what")),
    ),
    "claim.rejected": Example(
        "cal",
        clm("one"),
        {"reason": "mistaken"},
        "claim",
        lambda scene: scene.do("claim.filed", clm("one"), by="des", **AT, kind="other", details=b64("what")),
    ),
    "record.made": Example(
        "hal",
        rec("new"),
        {**AT, "code": "ack.guidance", "about": per("hal"), "person": per("hal"), "version": "1.5"},
        "record",
    ),
    "record.ended": Example(
        "cal",
        rec("one"),
        {"until": DAY},
        "record",
        lambda scene: scene.do(
            "record.made", rec("one"), by="cal", **AT, code="app.scheduler", about=acc("main")
        ),
    ),
    "record.withdrawn": Example(
        "cal",
        rec("one"),
        {"reason": "mistake"},
        "record",
        lambda scene: scene.do(
            "record.made", rec("one"), by="cal", **AT, code="form.page", about=acc("main")
        ),
    ),
    "note.made": Example("hal", note("one"), {"details": b64("text"), "about": acc("main")}, "note unkeyed"),
    "entry.corrected": Example("hal", note("one"), {"details": b64("text"), "entry": 3}, "note unkeyed"),
    "action.refused": Example(
        "hal", "", {"action": "account_open", "clause": "NS-9.2", "about": acc("main")}, "refusal"
    ),
    "policy.chosen": Example("bea", "", {"profile": "surrey", "document": b64("toml")}, "policy"),
    "backup.made": Example("cal", "", {"size": 25}, "backup"),
    # witnesses
    "witness.added": Example(
        "ada", wit("two"), {"name": "witness/" + "2" * 16, "key": b64("two")}, "pending"
    ),
    "witness.removed": Example("bea", wit("one"), {}, "witness", attend),
    "head.cosigned": Example(
        "hal", wit("one"), {"size": 5, "at": TIME, "cosignature": cosignature(TIME)}, "cosigned", attend
    ),
    "head.anchored": Example("hal", "", {"size": 5, "at": TIME, "token": b64("token")}, "anchor"),
    "person.erased": Example(
        "bea",
        per("hal"),
        {"basis": "ordered", "blobs": [b64("words about hal")]},
        "erased",
        lambda scene: (
            scene.do("person.changed", per("hal"), details=b64("words about hal")),
            scene.do("person.left", per("hal"), **AT),
        ),
    ),
    "log.restored": Example("ada", "", {"continued": 5, "size": 9, "root": b64("a lost head")}, "pending"),
}


@dataclass(frozen=True)
class Refused:
    """An example made wrong in one way, and why it must be void then; the name is the way."""

    way: str
    event: str
    reason: str
    other: Data | Callable[[Fold], Data] = field(default_factory=dict)
    after: Callable[[Fold], object] = field(default=lambda scene: None)
    subject: str | None = None
    by: str | None = None

    def check(self) -> None:
        """Fold it: void for that reason, and nothing else changed."""
        example = EXAMPLES[self.event]
        scene, data = example.scene()
        self.after(scene)
        other = self.other(scene) if callable(self.other) else self.other
        subject = example.subject if self.subject is None else self.subject
        said = scene.void(self.event, subject, by=self.by or example.by, **{**data, **other})
        assert self.reason in said, said


def named(cases: list[Refused]) -> list[Any]:
    """The cases as parameters, each under its way."""
    import pytest

    return [pytest.param(case, id=f"{case.event}: {case.way}") for case in cases]


def leave(name: str, by: str = "ada") -> Callable[[Fold], object]:
    return lambda scene: scene.do("person.left", per(name), by=by, **AT)


def pause(name: str) -> Callable[[Fold], object]:
    return lambda scene: scene.do("person.paused", per(name), **AT)
