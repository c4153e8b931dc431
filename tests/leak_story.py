"""A story in which every command is told with marked words: who is who, what is secret, what is said to whom.

`tell` runs each command as it is meant; `Story.do` runs it first with a wrong passphrase and with a full disk. A
command that is missing here fails `tests/test_no_secrets.py`.

    shows=    the secrets that a step was asked for
    SPEAKS    what a command may say of people, accounts and devices beyond what was typed into it
"""

from __future__ import annotations

import pyrage

from tests.authority import Authority
from tests.leaks import Story

AGE = pyrage.x25519.Identity.generate()

SECRETS = {
    "pass ada": "violet lantern otter seven crumb zqmark",
    "pass eve": "copper meadow trumpet nine lichen zqmark",
    "pass hal": "marble thicket candle four gravel zqmark",
    "pass rex": "walnut harbour ribbon eight pollen zqmark",
    "pass new": "silver orchard beacon five thimble zqmark",
    "password": "Zq7-First-Password!",
    "changed": "Zq8-Changed-Outside!",
    "imported": "Zq9-Imported-Word!",
    "totp": "JBSWY3DPEHPK3PXPQZUXA4TLMVZGKZLT",
    "totp two": "KRSXG5CTMVRXEZLUQZUXA4TLMVZGK2DB",
    "codes": "zqbk-1111-aaaa",
    "codes two": "zqbk-2222-bbbb",
    "codes three": "zqbk-3333-cccc",
    "recovery": "zq the answer is elderberry",
    "recovery two": "zq the answer is gooseberry",
    "backup pass": "zq umbrella nineteen forks over",
    "age key": str(AGE),
}
PERSONAL = {
    "name ada": "Qadazuna Vyronek",
    "collar ada": "ZQ91815177",
    "email ada": "zqada@mark.example",
    "name eve": "Qevelina Hallowek",
    "collar eve": "ZQ30011177",
    "name hal": "Qhalbert Moorek",
    "collar hal": "ZQ40011177",
    "name bob": "Qboblem Stonek",
    "collar bob": "ZQ20011177",
    "email bob": "zqbob@mark.example",
    "name bob two": "Qboblem Stonewall",
    "name rex": "Qrexford Kingek",
    "collar rex": "ZQ90011177",
    "handle": "ZqForceMain",
    "handle two": "ZqForceRural",
    "handle three": "ZqForceImp",
    "handle four": "ZqForceAsked",
    "handle new": "ZqForceNew",
    "account email": "zqaccount@mark.example",
    "login": "zqloginname",
    "account note": "zq kept beside the account",
    "recovery email": "zqrecover@mark.example",
    "recovery phone": "+447700900123",
    "machine ada": "zq oak laptop",
    "machine eve": "zq elm laptop",
    "machine hal": "zq fir laptop",
    "machine rex": "zq ash laptop",
    "phone": "zq blue phone",
    "phone two": "zq green phone",
    "phone three": "zq amber phone",
    "team": "Zqrural Crimeteam",
    "aims": "zq aims in outline",
    "purpose": "zq appeals for purpose",
    "evidence": "zq seen in a mail",
    "consulted": "zq consulted the owners",
    "claim": "zq lost near the bridge",
    "claim note": "zq it was found again",
    "note": "zq a note beside it",
    "record": "zq said beside the record",
    "correction": "zq it was the third",
    "stranger": "Qunknown Personek",
}

_PEOPLE = {key for key in PERSONAL if key.startswith(("name ", "collar ", "email "))}
_NAMES = {key for key in PERSONAL if key.startswith(("name ", "collar "))}
_HANDLES = {key for key in PERSONAL if key.startswith("handle")}
_DEVICES = {key for key in PERSONAL if key.startswith(("machine ", "phone"))}
GROUPS: dict[str, set[str]] = {
    "people": _PEOPLE,
    "names": _NAMES,
    "handles": _HANDLES,
    "devices": _DEVICES,
    "teams": {"team"},
    "account": {"account email", "login", "account note", "recovery email", "recovery phone"},
    "request": {"aims", "purpose", "evidence", "consulted"},
    "claims": {"claim", "claim note"},
    "notes": {"note", "correction"},
    "records": {"record"},
}
POSTS = {"line_manager": "ada", "head_of_department": "hal", "digital_media_lead": "eve"}
SPEAKS: dict[str, str] = {
    "account import": "handles",
    "account list": "handles teams",
    "account open": "handles",
    "account requests": "names handles",
    "account show": "handles teams account",
    "admit": "names",
    "audit log": "names handles devices teams",
    "audit show": "notes",
    "claim list": "names claims",
    "claim show": "names claims",
    "confirm": "names",
    "device list": "names devices",
    "device lost": "handles",
    "device show": "names handles",
    "due": "names handles devices",
    "exposure account": "names devices",
    "exposure device": "names handles",
    "exposure person": "names handles",
    "grant list": "names handles",
    "invite": "names",
    "note list": "claims notes",
    "person erase": "people",
    "person leave": "people handles",
    "person list": "people",
    "person pause": "names",
    "person rekey": "names",
    "person resume": "names",
    "person role": "names",
    "person show": "people",
    "policy check": "names handles devices",
    "post end": "names",
    "post give": "names",
    "record show": "records",
    "recovery list": "names",
    "recovery show": "names",
    "rotation list": "handles devices",
    "rotation show": "names",
    "rotation start": "handles",
    "shell": "people",
    "status": "names handles devices",
    "team join": "names",
    "team leave": "names",
    "team list": "teams",
    "team show": "names",
}


def tell(story: Story) -> None:
    """The whole story."""
    for part in (_begin, _people, _accounts, _requests, _devices, _secrets, _rotations, _claims, _log, _end):
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
    do("record add", "app.scheduler", *about, *said)
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


def _log(story: Story) -> None:
    """The log, the policy, this machine."""
    do = story.do
    do("audit log", "--last", "50")
    do("audit log", "--names", form="csv")
    do("audit show", "1")
    do("audit show", "5", "--names")
    story.fail("audit show", "99999", code=3)
    do("audit head")
    do("audit verify", "--state")
    do("audit export", str(story.folder / "exported"))
    _outside(story)
    proof = story.folder / "entry-3.tlog-proof"
    proof.write_text(do("audit receipt", "3").stdout)
    story.fail("audit receipt", "99999", code=3)
    vkeys = do("audit keys", form="csv").stdout.split()[1:]
    do("audit check-receipt", str(proof), *(word for key in vkeys for word in ("--vkey", key)))
    story.fail("audit check-receipt", str(proof), "--vkey", "nonsense", code=6)
    story.fail("policy check", "--all", code=7)
    story.fail("policy check", "--names", code=7)
    do("policy explain", "NS-9.2")
    story.fail("policy explain", "ZZ-1", code=3)
    do("policy choose", "norfolk_suffolk")
    do("policy list")
    do("policy show")
    story.fail("policy show", "atlantis", code=3)
    do("due", "--within", "3000")
    agenda = story.folder / "due.ics"
    do("due", "--for", PERSONAL["collar ada"], "--ics", str(agenda), "--names")
    agenda.unlink()  # for whoever wrote it, and named as asked
    story.fail("due", "--for", PERSONAL["stranger"], code=3)
    page = story.folder / "report.html"
    do("report", str(page))
    do("report", str(page), "--names")
    story.fail("report", str(story.folder / "nowhere" / "report.html"), code=2)
    page.unlink()  # for whoever wrote it, and named as asked
    do("status", code=7)
    do("status", "--names", "--all", code=7)
    do("doctor", "--deep", code=7)
    do("passphrase change", "--new", "@" + story.give("new", SECRETS["pass new"]), home="eve")
    story.passphrases["eve"] = SECRETS["pass new"]
    story.fail("passphrase change", "--new", SECRETS["pass new"], home="eve", code=2)
    do("recovery list")
    do("recovery show")
    made = story.ask("recovery renew", "--to-pipe", shows="kit two")
    story.generated["kit two"] = "\n".join(made["recovery_kit"])
    story.fail("recovery renew", code=2)
    secret = "@" + story.give("backup", SECRETS["backup pass"])
    do("backup make", str(story.folder / "one.age"), "--passphrase", secret)
    do("backup make", str(story.folder / "two.age"), "--to", str(AGE.to_public()))
    do("backup check", str(story.folder / "one.age"), "--passphrase", secret)
    do(
        "backup check",
        str(story.folder / "two.age"),
        "--identity",
        "@" + story.give("age", SECRETS["age key"]),
    )
    do(
        "restore",
        str(story.folder / "one.age"),
        "--passphrase",
        secret,
        "--to",
        str(story.folder / "again.db"),
    )
    for option, mark in (("--passphrase", "backup pass"), ("--identity", "age key")):
        story.fail("backup check", str(story.folder / "one.age"), option, SECRETS[mark], code=2)
        to = ("--to", str(story.folder / "never.db"))
        story.fail("restore", str(story.folder / "one.age"), option, SECRETS[mark], *to, code=2)
    do("audit lost")
    story.fail("audit continue", "--confirm", "1", code=2)
    story.fail("backup make", str(story.folder / "six.age"), "--passphrase", SECRETS["backup pass"], code=2)
    lines = "person list\nsecret show x/ZqForceMain --to-pipe\nperson show nobody\n"
    do("shell", stdin=lines, shows="changed", code=3)


def _outside(story: Story) -> None:
    """Witnesses and time-stamps."""
    do, folder = story.do, story.folder
    machine, answer, stamp = str(folder / "witness"), folder / "answer", folder / "november.tsq"
    key = do("audit witness new", machine).stdout.strip()
    story.fail("audit witness new", machine, code=2)
    do("audit witness add", key)
    story.fail("audit witness add", "nonsense", code=2)
    do("audit witness list")
    given = ("--vault-id", story.words)
    answer.write_text(do("audit witness cosign", machine, str(folder / "exported"), *given).stdout)
    story.fail("audit witness cosign", machine, str(answer), code=6)
    do("audit witness show", machine)
    story.fail("audit witness show", str(folder / "nowhere"), code=2)
    do("audit cosigned", str(answer))
    story.fail("audit cosigned", str(answer), code=2)
    do("audit request")
    story.fail("audit request", "witness/none", code=3)
    do("audit anchor request", str(stamp))
    story.fail("audit anchor request", str(stamp), code=1)
    authority = Authority(folder / "authority")
    (folder / "november.tsr").write_bytes(authority.stamp(stamp.read_bytes()))
    cert = ("--tsa-cert", str(authority.certificates))
    do("audit anchor add", str(folder / "november.tsr"), *cert)
    story.fail("audit anchor add", str(answer), *cert, "--head", str(folder / "november.head"), code=6)
    do("audit anchor list")
    do("audit witness remove", key.partition("+")[0])
    story.fail("audit witness remove", key.partition("+")[0], code=3)


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
