"""`make bench`: what things cost, each beside its floor, measured in the same run. Never a test.

python -m bench [--quick] [name …]      names: start show list import leaver sync growth append due check gates
"""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import Figure, pair, run, table
from bench.population import held_by_custodian, in_use, make, ungated

PYTHON = sys.executable
KEYHOLDER = str(Path(sys.executable).with_name("keyholder"))
QUICK = "--quick" in sys.argv


def compile_as_installed() -> None:
    """pip compiles what it installs, an editable install does not: without this each run would read the sources."""
    for room in ("audit", "bench", "cli", "vault"):
        compileall.compile_dir(Path(__file__).parents[1] / room, quiet=1)


def environment(folder: Path) -> dict[str, str]:
    """As the member of the vault in this folder."""
    return {
        "KEYHOLDER_HOME": str(folder / "home"),
        "KEYHOLDER_VAULT": str(folder / "vault.db"),
        "KEYHOLDER_PASSPHRASE_FILE": str(folder / "passphrase"),
    }


def floor(name: str, *words: str) -> list[str]:
    """The bare script of that name."""
    return [PYTHON, "-m", f"bench.floors.{name}", *words]


def settled(folder: Path) -> dict[str, str]:
    """The environment, after one command has caught up."""
    found = environment(folder)
    run([KEYHOLDER, "status", "--quiet"], found, codes=(0, 7))
    return found


def start(_folder: Path) -> list[Figure]:
    bare = [PYTHON, "-c", "import click"]
    return [
        pair(
            "keyholder --help",
            [KEYHOLDER, "--help"],
            bare,
            environment={},
            runs=15,
            aim="<= 1.30x import click",
        )
    ]


def show(folder: Path) -> list[Figure]:
    make(folder, accounts=1000, secrets=True)
    command = [KEYHOLDER, "secret", "show", "x/Bench00500", "--to-pipe"]
    bare = floor("show", str(folder / "vault.db"))
    return [pair("secret show, one of 1,000", command, bare, environment=settled(folder), aim="<= 1.25x")]


def listing(folder: Path) -> list[Figure]:
    figures = []
    for count in (1000, 10_000):
        place = folder / str(count)
        place.mkdir()
        make(place, accounts=count)
        bare = floor("listing", str(place / "vault.db"), str(count))
        what, command = f"account list, {count:,}", [KEYHOLDER, "account", "list"]
        figures.append(pair(what, command, bare, environment=settled(place), runs=5, aim="<= 1.5x"))
    return figures


def importing(folder: Path) -> list[Figure]:
    figures = []
    for count in (588, 10_000):
        place = folder / str(count)
        place.mkdir()
        make(place)
        file = place / "accounts.csv"
        rows = (f"norfolk,x,Import{n:05},https://x.com/Import{n:05},main,note {n}\n" for n in range(count))
        file.write_text("force,platform,handle,url,account type,notes\n" + "".join(rows))
        figures.append(_fresh_each_time(place, file, count))
    return figures


def _fresh_each_time(place: Path, file: Path, count: int) -> Figure:
    """An import happens once to a vault: each run gets its own copy."""
    pairs = []
    for n in range(2 if QUICK else 4):
        copy = place / f"copy{n}"
        copy.mkdir()
        shutil.copytree(place / "home", copy / "home")
        for name in ("vault.db", "passphrase"):
            shutil.copy2(place / name, copy / name)
        command = [KEYHOLDER, "account", "import", str(file), "--yes"]
        bare = floor("importing", str(file), str(copy / "floor.db"))
        pairs.append((run(command, environment(copy)), run(bare, {})))
    return Figure.of(f"account import, {count:,} rows", pairs, aim="")


def leaver(folder: Path) -> list[Figure]:
    accounts, holders = (100, 20) if QUICK else (1000, 20)
    force = make(folder, accounts=accounts, holders=holders + 1, secrets=True)
    found = settled(folder)
    leave = run(
        [KEYHOLDER, "person", "leave", force.holders[0], "--collar", "5000", "--yes", "--no-input"], found
    )
    rotate = run([KEYHOLDER, "rotation", "start", "--all-owed"], found)
    bare = floor("leaver", str(accounts), str(holders))
    floors = [run(bare, {}) for _ in range(3)]
    floor_s = statistics.median(r.seconds for r in floors)
    what = f"a leaver, {accounts:,} accounts x {holders} keyed holders"
    both = leave.seconds + rotate.seconds
    return [
        Figure(f"{what}: leave", leave.seconds, leave.memory),
        Figure(f"{what}: rotate all", rotate.seconds, rotate.memory),
        Figure(f"{what}: both", both, rotate.memory, floor_s, both / floor_s, "<= 2 s"),
    ]


def sync(folder: Path) -> list[Figure]:
    accounts, holders = (100, 100) if QUICK else (500, 200)
    make(folder, accounts=accounts, holders=holders)
    found, pairs = settled(folder), []
    for _ in range(3):
        for path in (folder / "home").glob("state.db*"):
            path.unlink()
        first = run([KEYHOLDER, "audit", "log", "--last", "1"], found)
        pairs.append((first, run(floor("verify", str(folder / "vault.db")), {})))
    whole = run([KEYHOLDER, "audit", "verify"], found)
    entries = accounts * holders
    return [
        Figure.of(f"first sync and fold of {entries:,} entries", pairs, aim=""),
        Figure(f"audit verify of {entries:,} entries", whole.seconds, whole.memory),
    ]


def growth(folder: Path) -> list[Figure]:
    """One show must not grow with the log: a small vault against one with a long log, in turn."""
    small, large = folder / "small", folder / "large"
    for place, holders in ((small, 0), (large, 20 if QUICK else 100)):
        place.mkdir()
        make(place, accounts=1000, holders=holders, secrets=False)
        password = place / "password"
        password.write_text("growth\n")
        password.chmod(0o600)
        words = ["secret", "set", "x/Bench00500", "--password", f"@{password}"]
        run([KEYHOLDER, *words], environment(place))
    command = [KEYHOLDER, "secret", "show", "x/Bench00500", "--to-pipe"]
    pairs = [(run(command, settled(large)), run(command, settled(small))) for _ in range(6)][1:]
    return [Figure.of("secret show, log of 100,000 (floor: of 2,000)", pairs, aim="1x")]


def append(folder: Path) -> list[Figure]:
    """Signed, durable appends by an open vault: one per commit in turn with the bare ones, and a hundred per commit."""
    from bench.floors.append import appender

    force, bare = make(folder), appender(folder / "bare.db")
    vault = force.open()

    def commit(entries: int) -> None:
        with vault.change() as tx:
            for _ in range(entries):
                tx.emit("backup.made", "", size=0)

    pairs = [(_seconds(lambda: commit(1)), _seconds(bare)) for _ in range(500)]
    ours, floors = ([pair[n] for pair in pairs] for n in range(2))
    ratio = statistics.median(a / b for a, b in pairs)
    many = statistics.median(_seconds(lambda: commit(100)) for _ in range(20)) / 100
    vault.close()
    middle, floor_s = statistics.median(ours), statistics.median(floors)
    return [
        Figure("one append, one per commit: median of 500", middle, 0, floor_s, ratio, "<= 0.5 ms"),
        Figure("one append, one per commit: fastest", min(ours), 0, min(floors), min(ours) / min(floors)),
        Figure("one append, 100 per commit", many, 0),
    ]


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def due(folder: Path) -> list[Figure]:
    """What falls due over a whole force: by an open, unlocked vault, and as a whole process that prints it."""
    from vault.ops.due import agenda

    accounts, people = (1000, 500) if QUICK else (10_000, 5_000)
    force, times = make(folder, accounts=accounts), []
    vault = force.open()
    in_use(vault, force.accounts, people)
    for _ in range(5):
        began = time.perf_counter()
        found = agenda(vault, within=30)
        times.append(time.perf_counter() - began)
    vault.close()
    what = f"due, {accounts:,} accounts, {people:,} people, {len(found.items):,} lines"
    whole = run([KEYHOLDER, "due", "--format", "csv"], settled(folder), codes=(0, 7))
    return [
        Figure(f"{what}: unlocked", statistics.median(times), 0, aim="<= 3 s"),
        Figure(f"{what}: whole process", whole.seconds, whole.memory),
    ]


def check(folder: Path) -> list[Figure]:
    """Every clause over a whole force: by an open vault, and as whole processes that print it."""
    from vault.ops import compliance

    accounts, people = (1000, 500) if QUICK else (10_000, 5_000)
    force, times = make(folder, accounts=accounts), []
    vault = force.open()
    in_use(vault, force.accounts, people)
    for _ in range(5):
        began = time.perf_counter()
        found = compliance.check(vault)
        number = len(found.findings)
        times.append(time.perf_counter() - began)
    vault.close()
    what = f"policy check, {accounts:,} accounts, {people:,} people, {number:,} findings"
    figures, open_vault = (
        [Figure(f"{what}: unlocked", statistics.median(times), 0, aim="<= 3 s")],
        settled(folder),
    )
    for words in ((), ("--names",), ("--format", "json"), ("--format", "json", "--names")):
        runs = [run([KEYHOLDER, "policy", "check", *words], open_vault, codes=(0, 7)) for _ in range(3)]
        seconds, memory = statistics.median(r.seconds for r in runs), max(r.memory for r in runs)
        aim = "<= 3 s after unlocking" if "--names" in words else "<= 3 s"
        figures.append(Figure(" ".join((f"{what}: whole process", *words)), seconds, memory, aim=aim))
    return figures


def gates(folder: Path) -> list[Figure]:
    """What it costs to ask the document before a login is shown: to its holder, and where it asks nothing."""
    figures = []
    for words, text in (("with gates on a release", None), ("without any", ungated())):
        place = folder / words.split()[0]
        place.mkdir()
        force = make(place, accounts=1000, secrets=True, document=text)
        vault = force.open()
        held_by_custodian(vault, force.accounts[500:501])
        vault.close()
        held = [KEYHOLDER, "secret", "show", "x/Bench00500", "--to-pipe"]
        bare = [KEYHOLDER, "secret", "show", "x/Bench00501", "--to-pipe"]
        what = f"secret show to its holder, {words} (floor: to a custodian)"
        figures.append(pair(what, held, bare, environment=settled(place), runs=9))
    return figures


PARTS: dict[str, Callable[[Path], list[Figure]]] = {
    "start": start, "show": show, "list": listing, "import": importing, "leaver": leaver, "sync": sync,
    "growth": growth, "append": append, "due": due, "check": check,
    "gates": gates,
}  # fmt: skip


def main() -> None:
    """Measure the named parts, or all; print one table."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")] or list(PARTS)
    figures: list[Figure] = []
    compile_as_installed()
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="keyholder-bench-") as folder:
            sys.stderr.write(f"measuring {name} …\n")
            figures += PARTS[name](Path(folder))
    sys.stdout.write(
        f"{os.cpu_count()} processors; medians of whole processes; floor: a bare script, see bench/floors\n\n"
    )
    sys.stdout.write(table(figures) + "\n")


if __name__ == "__main__":
    main()
