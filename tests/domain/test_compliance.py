"""Verdicts: every kind of rule with what meets it, what does not, and what shows neither; edge cases by their id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import EARLIER, Fold, acc, b64, dev, force, give, grt, per, rec, req, tem
from tests.domain.test_kinds import document
from vault.domain import compliance
from vault.domain.compliance import Mail, Status, Verdict, Weight
from vault.domain.kinds.explained import EXPLAINED
from vault.domain.kinds.registry import KINDS
from vault.domain.policy import Profile, Strength

NOW = "2026-11-21T09:00:00Z"
LATER = "2026-11-20T16:00:00Z"
MET, NOT_MET, UNSHOWN = Status.MET, Status.NOT_MET, Status.NOT_EVIDENCED
NONE, OPEN = Status.NOT_APPLICABLE, Status.UNDECIDED
Do = Callable[[Fold], object]


def nothing(scene: Fold) -> None:
    """The scene as it is."""


def all_of(*acts: Do) -> Do:
    """One act after the other."""

    def both(scene: Fold) -> None:
        for act in acts:
            act(scene)

    return both


def record(code: str, about: str = acc("main"), *, at: str = EARLIER, by: str = "cal", **more: object) -> Do:
    """A record, by a custodian unless said otherwise."""

    def act(scene: Fold) -> None:
        name = "".join(chr(97 + int(digit)) for digit in str(scene.seq))
        scene.do("record.made", rec(name), by=by, code=code, about=about or None, occurred_at=at, **more)

    return act


def end(scene: Fold, *, by: str = "cal") -> None:
    """The latest record ends."""
    row = scene.reg.find("record")[-1]
    scene.do("record.ended", row["id"], by=by, until="2026-11-19")


def withdraw(scene: Fold) -> None:
    """The latest record is withdrawn."""
    scene.do("record.withdrawn", scene.reg.find("record")[-1]["id"], by="cal", reason="false")


def post(name: str, person: str = "ned", *, since: str = "2026-01-01", scope: str | None = None) -> Do:
    """Somebody holds a post."""
    return lambda scene: scene.do("post.given", per(person), by="cal", post=name, since=since, scope=scope)


def freeze(reason: str | None, at: str = EARLIER) -> Do:
    return lambda scene: scene.do("account.frozen", acc("main"), by="cal", occurred_at=at, reason=reason)


def close(scene: Fold, **more: object) -> None:
    scene.do("account.closed", acc("main"), by="cal", occurred_at=EARLIER, **more)


def another(scene: Fold, **more: object) -> None:
    """A second account."""
    data = {"platform": "flickr", "owner_kind": "team", "details": b64("account"), **more}
    scene.do("account.added", acc("two"), by="cal", **data)


def changed(scene: Fold, *, allowed: bool = True) -> None:
    """A new password took the place of the first."""
    scene.version(acc("main"), changed_by=per("hal"), allowed=allowed, occurred_at=EARLIER, previous=1)


def ned(**more: object) -> Do:
    """Ned has access, too."""
    return lambda scene: give(scene, "two", "ned", "main", **more)


def gone(scene: Fold) -> None:
    """Ned leaves."""
    scene.do("person.left", per("ned"), by="cal", occurred_at=EARLIER)


def uses(*, yes: bool) -> Do:
    """Ned says whether he uses a device of his own."""
    return lambda scene: scene.do("own_device.answered", per("ned"), by="cal", uses=yes, occurred_at=EARLIER)


def revoked(scene: Fold) -> None:
    """Hal's access ends."""
    scene.do("grant.revoked", grt("main"), by="cal", until="2026-11-20", reason="moved")


def show(scene: Fold) -> None:
    """The login is shown to its holder."""
    data = {"number": 1, "parts": ["password"], "how": "revealed", "person": per("hal")}
    scene.do("secret.seen", acc("main"), by="cal", **data)


def rule(kind: str, *lines: str) -> str:
    """A clause of a kind with these parameters."""
    return f'kind = "{kind}"\n[parameters]\n' + "\n".join(lines) + "\n"


def required(about: str = "account", codes: str = '["seen"]', **more: str) -> str:
    given = {"applies": "{}", "need": '"all"', "every": '"once"', "by": "[]", "before": "[]", **more}
    return rule(
        "record_required", f'about = "{about}"', f"codes = {codes}", *(f"{k} = {v}" for k, v in given.items())
    )


def judge(clause: str, *acts: Do, **more: object) -> Verdict:
    """The verdict on EL-10, which has this rule."""
    scene = force()
    all_of(*acts)(scene)
    found = compliance.assess(scene.reg, document(clause), now=NOW, **more)  # type: ignore[arg-type]
    return next(verdict for verdict in found if verdict.clause == "EL-10")


HOLD = rule("hold", 'ordered_by = ["control_room"]', 'released_by = "press"', 'release_clause = "EL-10"')
BOTH = (record("seen", per("hal")), record("seen", per("ned")))
STEP = '{ done = ["told.a"], need = "all", when = "after", by = [], clause = "EL-10" }'
THEN = '{ done = ["told.b", "told.c"], need = "any", when = "after", by = [], clause = "EL-10" }'
FIRST = '{ done = ["agreed.desk"], need = "all", when = "before", by = ["press"], clause = "EL-10" }'


def on(*names: str, steps: str = STEP, forbidden: str = "false", more: str = "") -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return rule(
        "on_event",
        f"on = [{listed}]",
        "applies = {}",
        f"steps = [{steps}]",
        "ordered = true",
        f"forbidden = {forbidden}",
        more,
    )


APPS = rule(
    "apps",
    "applies = {}",
    'required = ["desk"]',
    "allowed = []",
    'others = "forbidden"',
    "keep = true",
    "first = []",
)
MAIL = example("registered_email")
HOLDERS = rule(
    "may_hold",
    "applies = {}",
    'allow = [{ posts = ["press"], ways = ["secret"], clause = "EL-10" }]',
    "person_types = []",
)
TYPES = rule("may_hold", "applies = {}", "allow = []", 'person_types = ["officer"]')
CUSTODIANS = HOLDERS.replace('["press"]', '["holder"]')
OWNERS = rule(
    "owner_kinds",
    'allowed = ["team"]',
    "open_list = false",
    'barred = [{ owner_kinds = ["main"], platforms = ["flickr"], clause = "EL-10" }]',
    'legacy = [{ owner_kind = "individual", created_before = 2017-01-01, clause = "EL-10" }]',
)  # fmt: skip
CHAIN = rule(
    "approval_chain", 'steps = [{ post = "press", stage = 1, clause = "EL-10" }]',
    "fields = []",
    'fields_clause = "EL-10"',
    "one_person_may_give_several = false",
    'asked_for = ["account", "access"]',
)  # fmt: skip
TWO = example("cap").replace('"flickr"', '"flickr", "x"').replace("per_platform = true", "")
OUT = example("stand_in").replace('["tool_seat"]', "[]")
INCIDENT = OUT.replace('"out_of_hours"', '"incident"').replace(
    "incidents = []", 'incidents = ["incident.gold"]'
)
MESSAGES = example("direct_messages").replace('"EL-1"', '"EL-10"')
DORMANT = example("dormancy").replace('"EL-1"', '"EL-10"')
CLOSE = example("close_consultation").replace('"EL-1"', '"EL-10"')
IN_USE = example("platforms_in_use").replace('"EL-1"', '"EL-10"')
TELL = rule(
    "tell_on_change",
    'changes = ["password"]',
    'tell = [{ recipients = ["desk"], clause = "EL-10" }]',
    'mailboxes_clause = "EL-10"',
)
LOST = rule(
    "lost_device_chain",
    'chains = [{ ownership = "personal", beyond_clause = false, steps = ['
    '{ recipients = ["ict"], clause = "EL-10" }, { recipients = ["desk"], clause = "EL-10" }] }]',
)  # fmt: skip
LOCK = example("screen_lock_attestation")
OWN = example("own_device_record")


def opened(*approvals: tuple[str, str, str], requester: str = "hal") -> Do:
    """An account asked for and opened on 20 November, with approvals: post, person, time."""

    def act(scene: Fold) -> None:
        asked = {
            "platform": "vimeo",
            "owner_kind": "team",
            "details": b64("asked"),
            "requester": per(requester),
        }
        scene.do("account.requested", req("one"), by="cal", **asked)
        for name, person, at in approvals:
            scene.do("approval.given", req("one"), by="cal", post=name, person=per(person), occurred_at=at)
        del asked["requester"]
        scene.do("account.opened", acc("new"), by="cal", request=req("one"), created_on="2026-11-20", **asked)

    return act


def lose(scene: Fold) -> None:
    scene.do("device.lost", dev("phone"), by="cal", occurred_at=EARLIER, tell=["ict", "desk"])


def tell(who: str, at: str) -> Do:
    def act(scene: Fold) -> None:
        (cause,) = scene.reg.find("cause", kind="device_lost")
        scene.do("notice.told", dev("phone"), by="cal", cause=cause["seq"], recipient=who, occurred_at=at)

    return act


def attest(lock: str, on_: str | None) -> Do:
    return lambda scene: scene.do("device.changed", dev("phone"), by="cal", screen_lock=lock, attested_on=on_)


CASES: dict[str, tuple[str, tuple[Do, ...], Status]] = {
    # record_required: the workhorse
    "nothing on record": (required(), (), UNSHOWN),
    "on record": (required(), (record("seen"),), MET),
    "G-14 withdrawn": (required(), (record("seen"), withdraw), UNSHOWN),
    "R-25 not so": (required(), (record("seen", good=False),), NOT_MET),
    "put right later": (required(), (record("seen", good=False), record("seen", at=LATER)), MET),
    "ended": (required(), (record("seen"), end), NOT_MET),
    "M-14 too old": (required(every='"30 days"'), (record("seen", at="2026-10-01T08:30:00Z"),), NOT_MET),
    "M-14 the last day": (required(every='"30 days"'), (record("seen", at="2026-10-22T08:30:00Z"),), MET),
    "T-7 an older version": (required(version='"2"'), (record("seen", version="1"),), NOT_MET),
    "T-7 this version": (required(version='"2"'), (record("seen", version="2"),), MET),
    "R-5 by nobody in post": (required(by='["press"]'), (record("seen", person=per("ned")),), UNSHOWN),
    "by somebody in post": (required(by='["press"]'), (post("press"), record("seen", person=per("ned"))), MET),
    "R-6 not in post then": (
        required(by='["press"]'), (post("press", since="2026-11-01"), record("seen", person=per("ned"))), UNSHOWN
    ),
    "in another post": (
        required(by='["press"]'), (post("press"), record("seen", person=per("ned"), post="coach")), UNSHOWN
    ),
    "by a custodian": (required(by='["custodian"]'), (record("seen"),), MET),
    "by no custodian": (required(by='["custodian"]'), (record("seen", by="ada", person=per("hal")),), UNSHOWN),
    "T-4 per person": (required("person"), (record("seen", per("hal")),), MET),
    "by oneself": (required("person", by='["self"]'), (record("seen", per("hal"), by="hal"),), MET),
    "not by oneself": (required("person", by='["self"]'), (record("seen", per("hal")),), UNSHOWN),
    "any of two": (required(codes='["a.one", "a.two"]', need='"any"'), (record("a.two"),), MET),
    "one of two": (required(codes='["a.one", "a.two"]'), (record("a.two"),), UNSHOWN),
    "none of two": (required(codes='["a.one", "a.two"]', need='"any"'), (), UNSHOWN),
    "T-5 made unnecessary": (required(unless='["used.before"]'), (record("used.before"),), MET),
    "T-5 of another platform": (
        required("person", per_platform="true"), (record("seen", per("hal"), platform="vimeo"),), UNSHOWN
    ),
    "T-5 of that platform": (required("person", per_platform="true"), (record("seen", per("hal"), platform="x"),), MET),
    "no freeze": (required(after='"freeze"'), (), NONE),
    "A-15 before the freeze": (required(after='"freeze"'), (record("seen"), freeze(None, LATER)), NOT_MET),
    "A-15 after the freeze": (required(after='"freeze"'), (freeze(None), record("seen", at=LATER)), MET),
    "A-15 another reason": (required(after='"freeze"', after_reason='"misuse"'), (freeze("incident"),), NONE),
    "A-15 the person's account": (
        required("person", after='"freeze"', after_reason='"misuse"'), (freeze("misuse"),), UNSHOWN
    ),
    "about a grant": (required("grant"), (record("seen", grt("main")),), MET),
    "about a device": (required("device"), (record("seen", dev("phone")),), MET),
    "no such device": (required("device", applies='{ ownership = ["force"] }'), (), NONE),
    "about the vault": (required("vault"), (record("seen", ""),), MET),
    "T-6 too late": (
        required("person", before='["grant"]'),
        (ned(existing=False, since="2026-09-01"), *BOTH),
        NOT_MET,
    ),
    "T-6 in time": (
        required("person", before='["grant"]'),
        (ned(existing=False, since="2026-11-01"), *BOTH),
        MET,
    ),
    "of its request": (
        required(applies='{ new = true }', before='["open"]'),
        (opened(), record("seen", req("one"))),
        MET,
    ),
    # what a rule applies to
    "another platform": (required(applies='{ platforms = ["vimeo"] }'), (), NONE),
    "another owner": (required(applies='{ owner_kinds = ["main"] }'), (), NONE),
    "another type": (required(applies='{ types = ["main"] }'), (), NONE),
    "not that type": (required(applies='{ without_types = ["main"] }'), (record("seen"),), MET),
    "not new": (required(applies="{ new = true }"), (), NONE),
    "not new access": (required("grant", applies="{ new = true }"), (), NONE),
    "marked": (required(applies='{ marks = ["mark.special"] }'), (record("mark.special"),), UNSHOWN),
    "not marked": (required(applies='{ marks = ["mark.special"] }'), (), NONE),
    "marked no more": (required(applies='{ marks = ["mark.special"] }'), (record("mark.special"), end), NONE),
    "marked otherwise": (required(applies='{ without_marks = ["mark.special"] }'), (record("mark.special"),), NONE),
    "that form": (required(applies='{ forms = ["page"] }'), (record("form.page"),), UNSHOWN),
    "no form": (required(applies='{ forms = ["page"] }'), (), NONE),
    "another way": (required("grant", applies='{ ways = ["tool_seat"] }'), (), NONE),
    "R-22 another person type": (required("person", applies='{ person_types = ["cadet"] }'), (), NONE),
    "R-22 that person type": (
        required("person", applies='{ person_types = ["cadet"] }'), (record("person_type.cadet", per("hal")),), UNSHOWN
    ),
    "in another post today": (required("person", applies='{ posts = ["press"] }'), (), NONE),
    "in that post today": (required("person", applies='{ posts = ["press"] }'), (post("press", "hal"),), UNSHOWN),
    "in that role today": (required("person", applies='{ posts = ["holder"] }'), (), UNSHOWN),
    "R-7 covered": (required(applies="{ uncovered = true }"), (), NONE),
    # caps, forms, addresses, custody, holders, posts
    "R-10 one": (example("cap"), (another,), MET),
    "R-10 two": (TWO, (another,), NOT_MET),
    "R-10 one on each platform": (example("cap").replace('"flickr"', '"flickr", "x"'), (another,), MET),
    "R-10 one closed": (TWO, (another, close), MET),
    "A-6 one holder": (example("cap").replace('"accounts"', '"holders"').replace('"flickr"', '"x"'), (), MET),
    "A-6 two holders": (
        rule("cap", 'of = "holders"', "applies = {}", "most = 1"), (ned(),), NOT_MET
    ),
    "form unknown": (rule("account_form", "applies = {}", 'forms = ["page"]'), (), UNSHOWN),
    "form allowed": (rule("account_form", "applies = {}", 'forms = ["page"]'), (record("form.page"),), MET),
    "form not allowed": (rule("account_form", "applies = {}", 'forms = ["page"]'), (record("form.group"),), NOT_MET),
    "R-12 not readable": (MAIL, (), UNSHOWN),
    "domains not entered": (MAIL.replace('"elsewhere.example"', ""), (), OPEN),
    "C-26 stored": (example("custody"), (), MET),
    "R-15 not stored": (example("custody"), (another,), NOT_MET),
    "C-23 a custodian's own role": (
        example("custody"), (another, lambda s: give(s, "two", "cal", "two", kind="platform_role")), MET
    ),
    "C-26 a holder's role only": (
        example("custody"), (another, lambda s: give(s, "two", "hal", "two", kind="platform_role")), NOT_MET
    ),
    "A-4 in no such post": (HOLDERS, (), NOT_MET),
    "A-4 in that post": (HOLDERS, (post("press", "hal"),), MET),
    "A-4 for another account": (HOLDERS, (another, post("press", "hal", scope=acc("two"))), NOT_MET),
    "C-24 by another way": (HOLDERS.replace('["secret"]', '["tool_seat"]'), (post("press", "hal"),), NOT_MET),
    "in that role": (CUSTODIANS, (), MET),
    "R-22 type unknown": (TYPES, (), UNSHOWN),
    "R-22 another type": (TYPES, (record("person_type.cadet", per("hal")),), NOT_MET),
    "R-22 that type": (TYPES, (record("person_type.officer", per("hal")),), MET),
    "L-21 nobody in post": (example("post_required"), (), NOT_MET),
    "A-20 somebody in post": (example("post_required"), (post("line_manager"),), MET),
    "C-15 in post and gone": (
        example("post_required"),
        (post("line_manager"), gone),
        NOT_MET,
    ),
    "C-15 no administrator": (example("account_administrator_required"), (), NOT_MET),
    "administrator": (example("account_administrator_required"), (post("account_administrator"),), MET),
    # events
    "no event": (on("breach.reported"), (), NONE),
    "nobody told yet": (on("breach.reported"), (record("breach.reported"),), UNSHOWN),
    "told": (on("breach.reported"), (record("breach.reported"), record("told.a", at=LATER)), MET),
    "told before it happened": (
        on("breach.reported"),
        (record("breach.reported", at=LATER), record("told.a")),
        UNSHOWN,
    ),
    "X19 in order": (
        on("breach.reported", steps=f"{STEP}, {THEN}"),
        (record("breach.reported"), record("told.a"), record("told.c", at=LATER)),
        MET,
    ),
    "X19 out of order": (
        on("breach.reported", steps=f"{STEP}, {THEN}"),
        (record("breach.reported"), record("told.a", at=LATER), record("told.c")),
        NOT_MET,
    ),
    "R-8 no agreement": (on("facility.live", steps=FIRST), (record("facility.live"),), UNSHOWN),
    "R-8 agreed first": (
        on("facility.live", steps=FIRST),
        (post("press"), record("agreed.desk", person=per("ned")), record("facility.live", at=LATER)),
        MET,
    ),
    "R-8 agreed later": (
        on("facility.live", steps=FIRST),
        (post("press"), record("facility.live"), record("agreed.desk", person=per("ned"), at=LATER)),
        NOT_MET,
    ),
    "L-11 never": (on("converted.personal", steps="", forbidden="true"), (record("converted.personal"),), NOT_MET),
    "L-11 by somebody who had left": (
        on("converted.personal", steps="", forbidden="true", more="unless_left = true"),
        (record("converted.personal", person=per("ned")), gone),
        OPEN,
    ),
    "L-11 by somebody who serves": (
        on("converted.personal", steps="", forbidden="true", more="unless_left = true"),
        (record("converted.personal", person=per("ned")),),
        NOT_MET,
    ),
    "of another account": (
        on("breach.reported").replace("applies = {}", 'applies = { platforms = ["vimeo"] }'),
        (record("breach.reported"),),
        NONE,
    ),
    "person left": (on("person_left"), (gone,), UNSHOWN),
    "device lost": (on("device_lost"), (lose,), UNSHOWN),
    "L-9 closed and told": (on("account_closed"), (close, record("told.a", at=LATER)), MET),
    "frozen": (on("account_frozen"), (freeze(None),), UNSHOWN),
    "opened": (on("account_opened"), (opened(),), UNSHOWN),
    "password changed": (on("password_changed"), (changed, record("told.a", at=LATER)), MET),
    "granted": (on("grant_given"), (ned(existing=False),), UNSHOWN),
    "revoked": (
        on("grant_revoked"),
        (revoked, record("told.a", grt("main"), at=LATER)),
        MET,
    ),
    # third-party apps
    "A-22 none on record": (APPS, (), UNSHOWN),
    "A-22 the required one": (APPS, (record("app.desk"),), MET),
    "A-22 another": (APPS, (record("app.desk"), record("app.other")), NOT_MET),
    "A-23 removed by somebody": (APPS, (record("app.desk"), lambda s: end(s, by="bea")), NOT_MET),
    "A-23 removed by custody": (APPS.replace('["desk"]', "[]"), (record("app.desk"), end), MET),
    "A-24 terms not read": (APPS.replace("first = []", 'first = ["terms.read"]'), (record("app.desk"),), UNSHOWN),
    "A-24 terms read": (
        APPS.replace("first = []", 'first = ["terms.read"]'), (record("terms.read"), record("app.desk")), MET
    ),
    # stand-ins, messages, holds, freezes
    "A-1 in hours": (OUT, (record("agreed.x", post="duty_inspector", at="2026-11-20T10:00:00Z"),), NOT_MET),
    "A-1 out of hours": (OUT, (record("agreed.x", post="duty_inspector", at="2026-11-19T17:00:00Z"),), MET),
    "A-1 at the weekend": (OUT, (record("agreed.x", post="duty_inspector", at="2026-11-15T10:00:00Z"),), MET),
    "A-1 hours not known": (
        "\n".join(line for line in OUT.splitlines() if not line.startswith("hours")),
        (record("agreed.x", post="duty_inspector"),),
        OPEN,
    ),
    "A-2 in an incident": (
        INCIDENT, (record("incident.gold", ""), record("agreed.x", post="duty_inspector", at=LATER)), MET
    ),
    "A-2 after it": (
        INCIDENT, (record("incident.gold", ""), end, record("agreed.x", post="duty_inspector", at=LATER)), NOT_MET
    ),
    "A-1 approvals": (OUT, (opened(("duty_inspector", "ned", "2026-11-20T10:00:00Z")),), NOT_MET),
    "A-8 no body": (MESSAGES, (record("messages.audit"),), NOT_MET),
    "A-8 the document names no body": (
        MESSAGES.replace('["press_desk"]', "[]"), (record("messages.audit", evidence=b64("e")),), MET
    ),
    "A-8 no authority": (MESSAGES, (post("press_desk"), record("messages.audit", person=per("ned"))), NOT_MET),
    "A-8 for another purpose": (
        MESSAGES, (post("press_desk"), record("messages.gossip", person=per("ned"), evidence=b64("e"))), NOT_MET
    ),
    "A-8 on authority": (
        MESSAGES, (post("press_desk"), record("messages.audit", person=per("ned"), evidence=b64("e"))), MET
    ),
    "A-12 ordered by nobody": (HOLD, (record("hold.stop_use"),), UNSHOWN),
    "A-12 ordered": (HOLD, (post("control_room"), record("hold.stop_use", person=per("ned"))), MET),
    "A-12 shown all the same": (
        HOLD,
        (post("control_room"), record("hold.stop_use", person=per("ned")), show),
        NOT_MET,
    ),
    "A-13 shown by agreement": (
        HOLD,
        (
            all_of(post("control_room"), post("press", "hal")),
            record("hold.stop_use", "", person=per("ned")),
            record("agreed.release", person=per("hal")),
            show,
        ),
        MET,
    ),
    "freezes": (example("freeze"), (freeze(None),), MET),
    "no freezes": (example("freeze"), (), NONE),
    # approvals, platforms, owners, changes
    "R-1 imported": (CHAIN, (), UNSHOWN),
    "R-5 nobody in post": (CHAIN, (opened(("press", "ned", EARLIER)),), NOT_MET),
    "R-5 self-approval": (CHAIN, (post("press", "hal"), opened(("press", "hal", EARLIER))), NOT_MET),
    "R-4 approved after the opening": (
        CHAIN, (post("press"), opened(("press", "ned", "2026-11-21T08:00:00Z"))), NOT_MET
    ),
    "platform in use": (IN_USE, (), MET),
    "R-7 another platform": (IN_USE, (another,), UNSHOWN),
    "R-7 another platform opened here": (IN_USE, (opened(),), NOT_MET),
    "R-7 agreed": (IN_USE, (opened(("press_desk", "ned", EARLIER)),), MET),
    "R-9 barred": (OWNERS, (lambda s: another(s, owner_kind="main"),), NOT_MET),
    "R-2 day unknown": (OWNERS, (lambda s: another(s, owner_kind="individual"),), UNSHOWN),
    "R-2 the day before": (OWNERS, (lambda s: another(s, owner_kind="individual", created_on="2016-12-31"),), MET),
    "R-2 that day": (OWNERS, (lambda s: another(s, owner_kind="individual", created_on="2017-01-01"),), NOT_MET),
    "R-1 an owner not named": (OWNERS, (lambda s: another(s, owner_kind="district"),), UNSHOWN),
    "C-4 not theirs to change": (example("password_changers"), (lambda s: changed(s, allowed=False),), NOT_MET),
    "C-4 theirs to change": (example("password_changers"), (changed,), MET),
    "C-4 put right": (
        example("password_changers"),
        (lambda s: changed(s, allowed=False), lambda s: s.version(acc("main"), previous=2)),
        NOT_MET,
    ),
    "C-5 not told": (TELL, (changed,), UNSHOWN),
    "C-5 told": (TELL, (changed, record("told.desk", at=LATER)), MET),
    "NS-10.2e nobody moved": (example("rotate_on_membership_change"), (), NONE),
    "C-12 a move": (
        example("rotate_on_membership_change"),
        (lambda s: s.do("team.left", tem("dmt"), by="cal", person=per("hal"), until="2026-11-20", rotate=True),),
        NOT_MET,
    ),
    "D-6 nobody told": (LOST, (lose,), NOT_MET),
    "D-6 one told": (LOST, (lose, tell("ict", LATER)), NOT_MET),
    "D-5 in order": (LOST, (lose, tell("ict", EARLIER), tell("desk", LATER)), MET),
    "D-5 out of order": (LOST, (lose, tell("desk", EARLIER), tell("ict", LATER)), NOT_MET),
    "D-12 registered": (OWN, (), MET),
    "D-12 no answer": (OWN, (ned(),), UNSHOWN),
    "D-12 none": (
        OWN, (ned(), uses(yes=False)), MET
    ),
    "D-2 used and not registered": (
        OWN, (ned(), uses(yes=True)), NOT_MET
    ),
    "D-14 never": (LOCK, (), UNSHOWN),
    "D-14 today": (LOCK, (attest("yes", "2026-11-20"),), MET),
    "D-14 off": (LOCK, (attest("no", None),), NOT_MET),
    "D-14 too long ago": (LOCK, (attest("yes", "2026-01-01"),), NOT_MET),
    "L-8 not consulted": (CLOSE, (close,), NOT_MET),
    "L-10 list open": (
        CLOSE, (lambda s: close(s, consulted=b64("c")),), UNSHOWN
    ),
    "L-10 list done": (
        CLOSE,
        (record("closing.followers_told"), lambda s: close(s, consulted=b64("c"))),
        MET,
    ),
    "M-11 nobody said": (DORMANT, (), UNSHOWN),
    "M-7 never used, and too long ago": (
        DORMANT, (lambda s: s.do("account.used", acc("main"), by="cal", how="never", day="2026-11-20"),), MET
    ),
    "M-10 not one of those": (DORMANT.replace("applies = {}", 'applies = { platforms = ["facebook"] }'), (), NONE),
    "M-10 exempt": (DORMANT.replace('["witness_contact"]', '["main"]'), (lambda s: another(s, type="main"),), UNSHOWN),
    "L-14 no end asked": (example("temporary_account"), (), NONE),
    "L-14 no end": (
        example("temporary_account").replace("types = [", 'types = ["main", '),
        (lambda s: another(s, type="main"),),
        UNSHOWN,
    ),
    # the document itself, and clauses that ask nothing
    "P-7 overdue": (example("document_review"), (), NOT_MET),
    "P-7 no date": (example("document_review").replace("12", "0"), (), UNSHOWN),
    "P-7 in time": (example("document_review").replace("12", "60"), (), MET),
    "P-11 not assessable": (example("stated"), (record("ack.guidance", per("hal")),), Status.NOT_ASSESSABLE),
    "by design": (example("stated").replace('"not_assessable"', '"by_design"'), (), MET),
    "a permission": (example("stated").replace('"not_assessable"', '"permission"'), (), NONE),
    "a fact": (example("stated").replace('"not_assessable"', '"fact"'), (), NONE),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdicts(name: str) -> None:
    """The clause has this status; where it is met something shows it, and where it is not, a finding says why."""
    clause, acts, status = CASES[name]
    verdict = judge(clause, *acts)
    assert verdict.status is status, verdict.gaps
    assert bool(verdict.gaps) == (status in {NOT_MET, UNSHOWN, OPEN})
    assert all(gap.words and gap.clause == "EL-10" for gap in verdict.gaps)


def test_every_kind_has_both_verdicts() -> None:
    """No kind is without a case that meets it and one that does not, but for those that the vault itself sees to."""
    seen: dict[str, set[Status]] = {}
    for clause, _, status in CASES.values():
        seen.setdefault(clause.split('"')[1], set()).add(status)
    assert set(seen) == set(KINDS)
    always = {
        "freeze",
        "stated",
        "rotate_on_membership_change",
        "approval_chain",
        "registered_email",
        "dormancy",
        "temporary_account",
    }
    assert [kind for kind, found in seen.items() if kind not in always and not {MET, NOT_MET} & found] == []
    assert [
        kind for kind, found in seen.items() if kind not in always and not {NOT_MET, UNSHOWN} & found
    ] == []
    assert set(EXPLAINED) == set(KINDS)


MAILS = {
    "R-12 of the domain": (Mail("elsewhere.example", persons=False), MAIL, MET),
    "R-12 of a subdomain": (Mail("sub.elsewhere.example", persons=False), MAIL, NOT_MET),
    "R-12 of a longer one": (Mail("elsewhere.example.com", persons=False), MAIL, NOT_MET),
    "R-12 no address": (Mail("", persons=False), MAIL, NOT_MET),
    "a person's, where a department's is asked": (Mail("elsewhere.example", persons=True), MAIL, NOT_MET),
    "a person's": (Mail("elsewhere.example", persons=True), MAIL.replace('"department"', '"person"'), MET),
    "nobody's": (Mail("elsewhere.example", persons=False), MAIL.replace('"department"', '"person"'), UNSHOWN),
    "R-13 of a domain that is not allowed": (
        Mail("elsewhere.example", persons=False),
        MAIL.replace("allowed = true", "allowed = false"),
        NOT_MET,
    ),
    "R-13 of another": (
        Mail("mail.example", persons=False),
        MAIL.replace("allowed = true", "allowed = false"),
        MET,
    ),
}


@pytest.mark.parametrize("name", MAILS)
def test_addresses(name: str) -> None:
    """The exact domain, and whose address it is."""
    mail, clause, status = MAILS[name]
    assert judge(clause, mails={acc("main"): mail}).status is status
    assert judge(clause, mails={}).status is UNSHOWN


def verdicts(profile: Profile, *acts: Do, **more: object) -> dict[str, Verdict]:
    scene = force()
    all_of(*acts)(scene)
    found = compliance.assess(scene.reg, profile, now=NOW, **more)  # type: ignore[arg-type]
    return {verdict.clause: verdict for verdict in found}


def test_strength_decides_what_it_weighs() -> None:
    """P-3: a MUST is a breach, a SHOULD advisory, a FACT a note, a MAY nothing; P-6: guidance is guidance."""
    profile = document(example("post_required"))
    for strength, weight in zip(Strength, ("breach", "advisory", "", "note"), strict=True):
        clause = replace(profile.clauses["EL-10"], strength=strength)
        found = verdicts(replace(profile, clauses={"EL-10": clause}))["EL-10"]
        assert found.weight == weight
        assert found.breach == (strength is Strength.MUST)
        guided = verdicts(replace(profile, clauses={"EL-10": clause}), guidance=True)["EL-10"]
        assert guided.weight == ("guidance" if weight else "")
        assert not guided.breach


def test_one_fault_is_one_finding() -> None:
    """C-33: one thing under two clauses is one finding with them all, at the weight of the heaviest; two are two."""
    text = example("post_required")
    profile = document(text, text, text.replace('"line_manager"', '"overseer"'))
    lighter = replace(profile.clauses["EL-10"], strength=Strength.SHOULD)
    found = verdicts(replace(profile, clauses={**profile.clauses, "EL-10": lighter}))
    one, other = compliance.merged(found.values()), found["EL-10"].findings[0]
    assert [(finding.clause, finding.also) for finding in one] == [("EL-10", ("EL-11",)), ("EL-12", ())]
    assert one[0].weight is Weight.BREACH
    assert (other.clause, other.weight, other.kind) == ("EL-10", "advisory", "account_without_post")


def test_parts_have_what_is_said_of_them() -> None:
    """A clause that says a part of another's rule has the gaps that cite it, and otherwise stands as the rule does."""
    part = 'kind = "part"\npart_of = "EL-10"\n'
    steps = f"{STEP}, {THEN.replace('EL-10', 'EL-11')}"
    profile = document(on("breach.reported", steps=steps), part, part, 'kind = "recorded"\n')
    found = verdicts(profile, record("breach.reported"), record("told.a", at=LATER))
    assert [found[key].status for key in ("EL-10", "EL-11", "EL-12")] == [MET, UNSHOWN, MET]
    assert found["EL-13"].status is Status.NOT_ASSESSABLE
    whole = verdicts(
        profile, record("breach.reported"), record("told.b", at=LATER)
    )  # what the rule itself asks first
    assert [whole[key].status for key in ("EL-10", "EL-12")] == [UNSHOWN, UNSHOWN]
    assert whole["EL-12"].gaps == ()
    assert found["EL-1"].why == "it is"
    assert found["EL-1"].decisions == ()


FURTHER = '[[clauses."EL-10".more]]\nkind = "cap"\n[clauses."EL-10".more.parameters]\n'
ALONE = FURTHER + 'of = "holders"\napplies = {}\nmost = 1\n'
NONE_OF_THEM = FURTHER + 'of = "accounts"\napplies = { platforms = ["vimeo"] }\nmost = 1\n'
WORSE = {
    "both met": (required() + ALONE, (record("seen"),), MET, []),
    "the first is not shown": (required() + ALONE, (), UNSHOWN, ["record_missing"]),
    "the second is not met": (required() + ALONE, (record("seen"), ned()), NOT_MET, ["too_many_holders"]),
    "both are amiss": (required() + ALONE, (ned(),), NOT_MET, ["record_missing", "too_many_holders"]),
    "the second is of nothing": (required() + NONE_OF_THEM, (record("seen"),), MET, []),
}


@pytest.mark.parametrize("name", WORSE)
def test_the_worse_of_two_demands(name: str) -> None:
    """A clause of two rules is as the worse of them; each says what it found, and what shows the other stays."""
    clause, acts, status, kinds = WORSE[name]
    found = judge(clause, *acts)
    assert (found.status, [gap.kind for gap in found.gaps]) == (status, kinds)
    assert found.kind == "record_required, cap"
    assert bool(found.proven) == ("record_missing" not in kinds)


def test_a_part_has_its_own_rule_beside() -> None:
    """What is said of it under the other clause, and what its own rule finds."""
    part = 'kind = "part"\npart_of = "EL-11"\n' + ALONE
    scene = force()
    ned()(scene)
    found = {one.clause: one for one in compliance.assess(scene.reg, document(part, required()), now=NOW)}
    assert [gap.kind for gap in found["EL-10"].gaps] == ["too_many_holders"]
    assert [gap.kind for gap in found["EL-11"].gaps] == ["record_missing"]
    assert found["EL-10"].applied == found["EL-11"].applied + 1


def test_decisions_stay_open() -> None:
    """P-9: a clause names the decisions on it that nobody has confirmed."""
    profile = document(example("post_required"))
    asked = replace(profile.decisions["Q1"], confirmed=False)
    found = verdicts(replace(profile, decisions={"Q1": asked}))
    assert found["EL-1"].decisions == ("Q1",)
    assert found["EL-10"].decisions == ()


def test_silence_is_not_compliance() -> None:
    """P-1: kinds of rule that the document has none of are named."""
    kinds = compliance.silent(document(example("cap")))
    assert set(kinds) == set(KINDS) - {"cap", "stated"}


def test_kinds_of_evidence_stand_apart() -> None:
    """P-16: what custody signed itself, what has a document, and what somebody is said to have said."""
    clause = required("person")
    own = record("seen", per("hal"), by="hal")
    said = record("seen", per("hal"), person=per("ned"))
    written = record("seen", per("hal"), person=per("ned"), evidence=b64("scan"))
    counts = [
        (len(found.proven), len(found.attached), len(found.statements))
        for found in (judge(clause, act) for act in (own, written, said))
    ]
    assert counts == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_the_past_is_judged_by_the_document_of_then() -> None:
    """G-11: what was done under an earlier document is that one's to judge, and states are only today's."""
    scene = force()
    changed(scene, allowed=False)
    turn = scene.seq
    record("messages.audit")(scene)
    profile = document(example("password_changers"), MESSAGES, required(), CHAIN)
    today = compliance.assess(scene.reg, profile, now=NOW, since=turn)
    assert {one.clause: one.status for one in today if one.clause == "EL-10"} == {"EL-10": NONE}
    then = compliance.past(scene.reg, profile, now=NOW, since=0, until=turn)
    assert [(one.clause, one.status) for one in then] == [("EL-10", NOT_MET)]
