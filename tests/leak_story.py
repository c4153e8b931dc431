"""A story in which every command is told with marked words: who is who, what is secret, what is said to whom.

`tell` runs each command as it is meant; `Story.do` runs it first with a wrong passphrase and with a full disk. A
command that is missing here fails `tests/test_no_secrets.py`.

    shows=    the secrets that a step was asked for
"""

from __future__ import annotations

from tests import leak_log
from tests.leak_marks import PERSONAL, POSTS, SECRETS
from tests.leaks import Story


def tell(story: Story) -> None:
    """The whole story."""
    before = (_begin, _people, _accounts, _requests, _devices, _secrets, _rotations, _claims)
    for part in (*before, leak_log.log, leak_log.put_back, _end):
        part(story)


def _begin(story: Story) -> None:
    """Init, invite, join, admit, confirm."""
    do, p = story.do, PERSONAL
    who = ("--name", p["name ada"], "--collar", p["collar ada"], "--email", p["email ada"])
    made = story.ask(
        "init", "--policy", "norfolk_suffolk", *who, "--machine", p["machine ada"], "--to-pipe", shows="kit"
    )
    story.generated["kit"] = "\n".join(made["recovery_kit"])
    story.words = made["vault_words"]
    story.fail("init", "--policy", "norfolk_suffolk", *who, "--to-pipe", code=2)
    for who, role in (("eve", "custodian"), ("hal", "holder")):
        do("person add", "--name", p[f"name {who}"], "--collar", p[f"collar {who}"])
        file = str(story.given / f"{who}.invitation")
        do("invite", p[f"collar {who}"], "--role", role, "--out", file)
        do("join", file, "--name-machine", p[f"machine {who}"], home=who)
        do("admit", "--words-compared")
    story.fail("invite", p["stranger"], "--role", "holder", code=3)
    story.fail("join", story.give("picture", "no invitation"), home="nobody", code=2)
    story.fail("admit", story.give("no-request", "nothing"), "--words-compared", code=2)
    do("person add", "--name", p["name bob"], "--collar", p["collar bob"], "--email", p["email bob"])
    do("person role", p["collar eve"], "give", "administrator")
    do("person role", p["collar hal"], "give", "auditor")
    do("person role", p["collar hal"], "give", "administrator")
    (waiting,) = story.ask("confirm", home="eve")
    story.fail("confirm", str(waiting["entry"]), home="eve", code=2)
    do("confirm", str(waiting["entry"]), "--words-compared", home="eve")
    do("person role", p["collar hal"], "end", "administrator")
    story.fail("confirm", "1", code=3)


def _people(story: Story) -> None:
    """People, posts and teams."""
    do, p = story.do, PERSONAL
    do("person list")
    do("person list", "--all", form="csv")
    do("person show", p["collar bob"])
    story.fail("person show", p["stranger"], code=3)
    do("person change", p["collar bob"], "--name", p["name bob two"])
    do("person change", p["collar bob"], "--name", p["name bob"])
    do("person pause", p["collar bob"])
    do("person resume", p["collar bob"])
    story.fail("person add", "--name", p["stranger"], home="hal", code=4)
    do("team add", p["team"])
    do("team join", p["team"], p["collar bob"])
    do("team list")
    do("team show", p["team"])
    do("team leave", p["team"], p["collar bob"])
    do("team renew")
    story.fail("team show", p["stranger"], code=3)
    for post, who in POSTS.items():
        do("post give", p[f"collar {who}"], post)
    do("post give", p["collar bob"], "line_manager")
    do("post end", p["collar bob"], "line_manager")
    story.fail("post give", p["stranger"], "line_manager", code=3)


def _accounts(story: Story) -> None:
    """The register of accounts."""
    do, p = story.do, PERSONAL
    x = "x/" + p["handle"]
    told = ("--email", p["account email"], "--login", p["login"], "--note", p["account note"])
    do("account add", x, "--owner-kind", "team", "--team", p["team"], *told)
    story.fail("account add", x, code=2)
    do("account add", "x/" + p["handle two"], "--owner-kind", "team")
    do("account show", x)
    story.fail("account show", "x/" + p["handle four"], code=3)
    do("account list")
    do("account list", "--lacking", "secret", "--lacking", "holder", form="csv")
    do("account change", "x/" + p["handle two"], "--handle", p["handle new"])
    do("account change", "x/" + p["handle new"], "--handle", p["handle two"])
    do("account change", x, "--recovery-email", p["recovery email"], "--on", p["collar bob"])
    do("account change", x, "--recovery-phone", p["recovery phone"], "--on", p["collar bob"])
    do("account freeze", x)
    do("account unfreeze", x)
    do("account used", x, "today", "--how", "post", "--by", p["collar bob"])
    story.fail("account used", x, "today", "--by", p["stranger"], code=3)
    allowed = ("--post", "digital_media_lead", "--by", p["collar eve"])
    do("account followed-up", x, "mitigation", "--until", "2099-12-24", *allowed)
    story.fail("account followed-up", x, "mitigation", *allowed, code=2)
    do("account ends", x, "--on", "2099-12-24")
    story.fail("account ends", x, "--permanent", code=4)
    bad = f",,{SECRETS['imported']},\n"
    rows = f"platform,handle,password,line manager\nx,{p['handle three']},{SECRETS['imported']},{p['stranger']}\n{bad}"
    file = story.give("accounts.csv", rows)
    story.fail("account import", file, "--yes", code=2)
    do("account import", file, "--plan")
    do("account import", file, "--yes", "--skip-bad", str(story.given / "skipped.csv"))
    do("grant give", x, p["collar hal"], "--existing")
    do("grant give", x, p["collar bob"], "--existing")
    story.fail("grant give", "x/" + p["handle two"], p["collar bob"], code=4)
    do("grant list")
    do("grant revoke", x, p["collar bob"])
    story.fail("grant revoke", x, p["collar bob"], code=3)


def _requests(story: Story) -> None:
    """The way to a new account."""
    do, p = story.do, PERSONAL
    asked = ("--by", p["collar bob"], "--aims", p["aims"], "--purpose", p["purpose"], "--owner-kind", "team")
    do("account request", "x/" + p["handle four"], *asked)
    (one,) = story.ask("account requests")
    for post, who in POSTS.items():
        by = ("--by", p[f"collar {who}"], "--evidence", p["evidence"])
        do("account approve", one["id"], "--post", post, *by)
    story.fail("account approve", "req-zzzz", "--post", "line_manager", code=3)
    do("account open", one["id"])
    story.fail("account open", one["id"], code=2)
    do("account request", "x/" + p["handle new"], *asked)
    two = next(line for line in story.ask("account requests") if line["id"] != one["id"])
    do("account refuse", two["id"], "--post", "line_manager", "--evidence", p["evidence"])
    story.fail("account refuse", "req-zzzz", "--post", "digital_media_lead", code=3)
    do("account close", "x/" + p["handle four"], "--consulted", p["consulted"], "--existing")
    story.fail("account freeze", "x/" + p["handle four"], code=4)


def _devices(story: Story) -> None:
    """Devices."""
    do, p = story.do, PERSONAL
    x, own = "x/" + p["handle"], ("--owner", p["collar bob"], "--kind", "phone", "--ownership", "personal")
    for phone in ("phone", "phone two"):
        do("device add", p[phone], *own, "--screen-lock", "yes", "--attested", "today")
    do("device list")
    do("device show", p["phone"])
    story.fail("device show", p["stranger"], code=3)
    do("device change", p["phone two"], "--nickname", p["phone three"])
    do("device sign-in", p["phone"], x)
    do("device sign-out", p["phone"], x)
    do("device sign-in", p["phone"], x)
    do("account change", x, "--second-factor", "authenticator_app", "--on", p["phone"])
    do("device own", p["collar bob"], "yes")
    do("device retire", p["phone three"])


def _secrets(story: Story) -> None:
    """Secrets in and out."""
    do, p = story.do, PERSONAL
    x = "x/" + p["handle"]
    do("secret set", x, "--password", "-", stdin=SECRETS["password"] + "\n")
    do("secret set", x, "--totp", "@" + story.give("totp", SECRETS["totp"]))
    do("secret set", x, "--recovery", "@" + story.give("recovery", SECRETS["recovery"]))
    do("secret set", x, "--backup-codes", "@" + story.give("codes", SECRETS["codes"] + "\n"))
    do("secret show", x, "--to-pipe", shows="password")
    do("secret show", x, "--part", "recovery", "--part", "totp", "--to-pipe", shows="recovery, totp")
    for part in ("password", "recovery"):
        story.fail("secret show", x, "--part", part, code=2)
    on = ("--for", p["collar hal"], "--on", p["machine hal"])
    do("secret show", x, *on, "--to-pipe", shows="password")
    do("secret show", x, "--to-pipe", home="hal", shows="password")
    do("secret code", x, "--to-pipe")
    do("secret copy", x)
    story.fail("secret copy", "x/" + p["handle two"], code=3)
    do("secret backup-codes", x)
    do("secret backup-codes", x, "--use", "1", "--to-pipe", shows="codes")
    do("secret backup-codes", x, "--set", "-", stdin=SECRETS["codes two"] + "\n")
    story.fail("secret backup-codes", x, "--set", SECRETS["codes two"], code=2)
    story.fail("secret backup-codes", x, "--use", "9", "--to-pipe", code=3)
    story.fail("secret code", "x/" + p["handle two"], "--to-pipe", code=3)
    for part in ("password", "totp", "backup-codes", "recovery"):
        literal = {"password": "password", "totp": "totp", "backup-codes": "codes", "recovery": "recovery"}[
            part
        ]
        story.fail("secret set", x, f"--{part}", SECRETS[literal], code=2)
    imported = "x/" + p["handle three"]
    do("secret show", imported, "--to-pipe", shows="imported")
    do("device lost", p["phone"], "--reported-by", p["collar bob"], "--told-at", "today", "--yes")
    story.fail("device lost", p["stranger"], "--yes", code=3)
    do("device told", p["phone"], "ict")
    story.fail("device told", p["phone"], "nobody", code=2)
    do("device found", p["phone"])


def _rotations(story: Story) -> None:
    """Rotation and exposure."""
    do, p = story.do, PERSONAL
    x = "x/" + p["handle"]
    do("rotation list")
    do("rotation start", x, "--part", "password", "--part", "totp", "--show", "--to-pipe", shows="generated")
    story.fail("rotation start", x, code=2)
    do("rotation show", x)
    do("rotation take-over", x)
    do("rotation abandon", x)
    do("rotation start", x)
    do("rotation failed", x, "--unknown")
    do("secret show", x, "--to-pipe", shows="password, generated")
    made = {"totp": "totp two", "recovery": "recovery two", "backup-codes": "codes three"}
    for part, mark in made.items():
        story.fail("rotation applied", x, f"--{part}", SECRETS[mark], code=2)
    sources = ((f"--{part}", "@" + story.give(f"new-{part}", SECRETS[mark])) for part, mark in made.items())
    do("rotation applied", x, *(word for source in sources for word in source))
    do("rotation verify", x, "--done", "sessions")
    imported, by = "x/" + p["handle three"], ("--by", p["collar eve"], "--post", "digital_media_lead")
    do("grant give", imported, p["collar hal"], "--existing")
    do("grant revoke", imported, p["collar hal"], "--reason", "security")
    do("rotation defer", imported, "--part", "password", "--until", "2026-12-01", *by)
    story.fail("rotation defer", imported, "--part", "totp", "--until", "2026-12-01", *by, code=4)
    do("rotation start", "--all-owed")
    do("secret set", x, "--password", "-", "--changed-by", p["collar bob"], stdin=SECRETS["changed"] + "\n")
    do("exposure account", x)
    do("exposure person", p["collar hal"])
    do("exposure device", p["machine hal"])
    for kind, stranger in (("account", "x/nobody"), ("person", p["stranger"]), ("device", p["stranger"])):
        story.fail(f"exposure {kind}", stranger, code=3)


def _claims(story: Story) -> None:
    """Claims, notes, corrections."""
    do, p = story.do, PERSONAL
    do("claim file", "device-lost", "--describe", p["claim"], home="hal")
    do("claim file", "account-compromised", "--describe", p["claim"], home="hal")
    one, two = (line["claim"] for line in story.ask("claim list"))
    do("claim show", one)
    story.fail("claim show", "clm-zzzz", code=3)
    do("claim accept", one, "--device", p["machine hal"])
    do("claim reject", two, "--reason", "unfounded", "--note", p["claim note"])
    story.fail("claim reject", two, "--reason", "unfounded", code=4)
    do("claim list", "--all")
    do("note add", p["note"], "--about", "account", "x/" + p["handle"])
    story.fail("note add", p["note"], "--about", "person", p["stranger"], code=3)
    do("note list")
    about = ("--about", "account", "x/" + p["handle"])
    said = ("--evidence", p["evidence"], "--note", p["record"], "--post", "press_desk")
    do("record add", "app.scheduler", "--other", *about, *said)
    do(
        "record add",
        "training.masterclass",
        "--about",
        "person",
        p["collar bob"],
        "--by",
        p["collar bob"],
        "--not-so",
    )
    do("record list", *about)
    kept, wrong = (line["id"] for line in story.ask("record list"))
    do("record show", kept)
    do("record end", kept)
    do("record withdraw", wrong, "--reason", "mistake")
    story.fail("record withdraw", wrong, "--reason", "mistake", code=4)
    story.fail("record show", "rec-zzzz", code=3)
    do("correct", "5", "--note", p["correction"])
    story.fail("correct", "99999", "--note", p["correction"], code=3)


def _end(story: Story) -> None:
    """Somebody leaves, keys are made again, the kit is used."""
    do, p = story.do, PERSONAL
    file = str(story.given / "again.invitation")
    do("person rekey", p["collar hal"], "--out", file)
    story.fail("person rekey", p["stranger"], code=3)
    do("person leave", p["collar bob"], "--plan")
    do("person leave", p["collar bob"], "--collar", p["collar bob"], "--yes")
    do("person erase", p["collar bob"], "--basis", "ordered", "--plan")
    do("person erase", p["collar bob"], "--basis", "ordered", "--collar", p["collar bob"], "--yes")
    story.fail("person leave", p["collar hal"], "--collar", "wrong", "--yes", code=2)
    kit = "@" + story.give("kit", story.generated["kit"])
    words = ("--kit", kit, "--vault-words", story.words)
    new = ("--name", p["name rex"], "--collar", p["collar rex"], "--machine", p["machine rex"])
    story.fail(
        "recover", *new, "--kit", story.generated["kit"], "--vault-words", story.words, home="rex", code=2
    )
    do("recover", *new, *words, home="rex")
