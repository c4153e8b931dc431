"""`make demo`: the main job, on a new folder, with real accounts; ends with a verified log.

Every step is the real command in a process of its own. The people are invented; the accounts are those that the
policies print and the public main accounts of Norfolk and Suffolk; the passwords are made up here.
"""

from __future__ import annotations

import datetime as dt
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEYHOLDER = Path(sys.executable).with_name("keyholder")
PASSPHRASE = "demo only otters juggle wet pebbles"
ADA = ("--name", "Ada Byron", "--collar", "1815", "--email", "ada@norfolk.example")


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence, the command, what is typed into it, and the exit code that it must have."""

    why: str
    words: tuple[str, ...]
    typed: str = ""
    code: int = 0


def steps() -> list[Step]:
    """The main job: a register, a hand-over, a lost phone, a leaver, a rotation, a proof."""
    on = ("--for", "2001", "--on", "Bob's phone")
    return [
        Step("A new vault. Its first member is administrator and custodian; the kit is shown once.",
             ("init", "--policy", "norfolk_suffolk", *ADA, "--no-input", "--to-pipe")),
        Step("The accounts that exist today go in as they are; what is missing becomes a finding.",
             ("account", "import", "bench/register.csv", "--yes")),
        Step("Accounts of forces whose document is not chosen say so.", ("account", "list", "--force", "norfolk")),
        Step("What the platform has today is deposited from standard input, never as an argument.",
             ("secret", "set", "x/NorfolkPolice", "--password", "-"), "Old-Harbour-93-kelp\n"),
        Step("", ("secret", "set", "facebook/norfolkpolice", "--password", "-"), "Old-Harbour-94-kelp\n"),
        Step("Bob posts for the force from his own phone. He has no keys; a custodian acts for him.",
             ("person", "add", "--name", "Bob Stone", "--collar", "2001", "--email", "bob@norfolk.example")),
        Step("", ("device", "add", "Bob's phone", "--owner", "2001", "--kind", "phone", "--ownership", "personal",
                  "--screen-lock", "yes", "--attested", "today")),
        Step("A new grant needs the policy's approvals: the refusal quotes its clause and is on the record.",
             ("grant", "give", "x/NorfolkPolice", "2001", "--as", "secret"), code=4),
        Step("But Bob held this login before Keyholder came: that is a fact, with a finding.",
             ("grant", "give", "x/NorfolkPolice", "2001", "--as", "secret", "--existing")),
        Step("The login is handed over. The entry that says so is durable before anything is shown.",
             ("secret", "show", "x/NorfolkPolice", *on, "--to-pipe")),
        Step("Bob rings: the phone is gone. One transaction: the loss, who must be told, what must be changed.",
             ("device", "lost", "Bob's phone", "--reported-by", "2001", "--told-at", "today", "--yes")),
        Step("Before Bob leaves: what ends, and what must be changed.", ("person", "leave", "2001", "--plan")),
        Step("", ("person", "leave", "2001", "--collar", "2001", "--yes", "--no-input")),
        Step("Derived from the log, most urgent first. Nobody can clear it.", ("rotation", "list")),
        Step("New passwords, generated for the platform, stored, read back and compared.",
             ("rotation", "start", "--all-owed")),
        Step("Typed into the platform …", ("rotation", "applied", "x/NorfolkPolice")),
        Step("… tried, and every other door seen to.",
             ("rotation", "verify", "x/NorfolkPolice", "--done", "sessions", "--done", "connected_tools",
              "--done", "recovery_email", "--absent", "recovery_phone")),
        Step("Nothing is owed any more.", ("rotation", "list")),
        Step("What did Bob have, since it was last changed?", ("exposure", "person", "2001")),
        Step("What still falls short, with the clause that says so.", ("status",), code=7),
        Step("The whole log, from its first byte: chain, tree, every signature; and the register compared with it.",
             ("audit", "verify", "--state")),
    ]  # fmt: skip


def run(step: Step, environment: dict[str, str]) -> None:
    """Print the sentence, the command and what it says; end the demo if it does not end as it should."""
    if step.why:
        sys.stdout.write(f"\n# {step.why}\n")
    sys.stdout.write(f"$ keyholder {shlex.join(step.words)}{'   <- standard input' if step.typed else ''}\n")
    sys.stdout.flush()
    done = subprocess.run(
        [KEYHOLDER, *step.words], env=environment, cwd=ROOT, input=step.typed, text=True, check=False
    )
    if done.returncode != step.code:
        sys.exit(f"the demo ended here: exit code {done.returncode}, expected {step.code}")


def main() -> None:
    """Make the folder, walk through the steps."""
    folder = ROOT / f"demo-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
    folder.mkdir(mode=0o700)
    secret = folder / "passphrase"
    secret.touch(mode=0o600)
    secret.write_text(PASSPHRASE + "\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYHOLDER_")}
    home = {"KEYHOLDER_HOME": str(folder / "home"), "KEYHOLDER_PASSPHRASE_FILE": str(secret)}
    for step in steps():
        run(step, {**kept, **home})
    sys.stdout.write(f"\nThe demo's vault is in {folder.name}/home: look around, then delete the folder.\n")


if __name__ == "__main__":
    main()
