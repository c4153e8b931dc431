"""What an auditor waits for: verifying, exporting and proving a log of a million entries of ~350 bytes.

python -m bench.auditing [--full] [--once] [--at=FOLDER] [part …]

    --full   1,000,000 entries; without it, 100,000        --once   one run of each, not the median of three
    --at     keep what is made in this folder, and use what is there: parts can be measured one by one

The log is made once, written to a file commit by commit, and read from there, so that no row pays for making it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.entry import leaf_hash
from audit.folder import Folder
from audit.merkle import TILE_WIDTH
from audit.proof import receipt
from bench.long_log import export_log, read_log, vault_id, write_log

FULL = "--full" in sys.argv
RUNS = 1 if "--once" in sys.argv else 3
SIZE = 1_000_000 if FULL else 100_000
SIGNED = 100_000 if FULL else 10_000


class Cost(NamedTuple):
    """Seconds on the clock, seconds of processor (all processes together), peak MiB of the largest process."""

    clock: float
    cpu: float
    memory: float = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what, what it costs, for how many entries, and the aim."""

    what: str
    cost: Cost
    entries: int = 0
    aim: str = ""

    def cells(self) -> tuple[str, ...]:
        each = f"{self.cost.cpu / self.entries * 1e6:.1f}" if self.entries else ""
        memory = f"{self.cost.memory:.0f}" if self.cost.memory else ""
        return self.what, f"{self.cost.clock:.3f}", f"{self.cost.cpu:.3f}", each, memory, self.aim


# --- processes ---------------------------------------------------------------------------------------------------


def run(*words: str) -> tuple[Cost, str]:
    """What a process costs, and what it said."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(words)} ended with {process.returncode}:\n{said}")
    took = time.perf_counter() - began
    return Cost(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), said


def median(runs: int, *words: str) -> Cost:
    """The median of so many runs; the largest memory."""
    found = [run(*words)[0] for _ in range(runs)]
    return middle(found)


def middle(found: Sequence[Cost]) -> Cost:
    clocks, cpus, memory = zip(*found, strict=True)
    return Cost(statistics.median(clocks), statistics.median(cpus), max(memory))


def verify_words(folder: Path, id_: str, *more: str) -> list[str]:
    return ["-m", "audit", "verify", str(folder), "--vault-id", id_, *more]


# --- rows --------------------------------------------------------------------------------------------------------


def exports(place: Path) -> list[Row]:
    """A whole export, and one of a log that has grown by a hundredth."""
    rows = []
    shutil.rmtree(place / "export", ignore_errors=True)
    for what, most in (("export", SIZE - SIZE // 100), ("incremental export", SIZE)):
        _, said = run("-m", "bench.auditing", "export", str(place / "log"), str(place / "export"), str(most))
        clock, cpu, entries = json.loads(said)
        rows.append(Row(f"{what}: {entries:,} new entries", Cost(clock, cpu), entries))
    return rows


def verifying(place: Path) -> list[Row]:
    """The whole log, in every depth that the log library knows."""
    id_, folder = vault_id(place / "log"), place / "export"
    return [
        Row(f"verify {SIZE:,}: {what}", median(RUNS, *verify_words(folder, id_, *words)), SIZE, aim)
        for what, words, aim in (
            ("--heads-only, one process", ["--heads-only", "--jobs", "1"], "<= 6 us, < 60 MiB"),
            ("--heads-only, two processes", ["--heads-only", "--jobs", "2"], ""),
            ("full, one process (100 entries a signature)", ["--jobs", "1"], "<= 35 us"),
            ("full, two processes", ["--jobs", "2"], ""),
        )
    ]


def memory(place: Path) -> list[Row]:
    """The same at a hundredth and a tenth of the size: memory must not grow with the log."""
    rows = []
    for size in (SIZE // 100, SIZE // 10):
        small = place / f"small{size}"
        run("-m", "bench.auditing", "export", str(place / "log"), str(small), str(size))
        cost = median(1, *verify_words(small, vault_id(place / "log"), "--heads-only"))
        rows.append(Row(f"verify {size:,}: --heads-only", cost, size, "< 60 MiB, flat"))
        shutil.rmtree(small)
    return rows


def receipts(place: Path) -> list[Row]:
    """In process, and the whole command."""
    shown = Folder(place / "export")
    raw, _ = shown.head()
    costs = []
    for n in range(200):
        seq = n * (SIZE // 200 - 1)
        began, worked = time.perf_counter(), time.process_time()
        body = shown.entries(seq // TILE_WIDTH, TILE_WIDTH)[seq % TILE_WIDTH]
        receipt(shown, head=raw, index=seq, body=body)
        costs.append(Cost(time.perf_counter() - began, time.process_time() - worked))
    whole = median(RUNS, "-m", "audit", "receipt", str(place / "export"), str(SIZE // 2))
    return [
        Row(f"receipt at {SIZE:,}, in an open process", middle(costs), 0, "<= 0.020 s"),
        Row("receipt, the whole command", whole),
    ]


def raw_cost(count: int) -> float:
    """Seconds of processor for one verification of signatures that differ: the floor that nobody gets under."""
    key, messages = Ed25519PrivateKey.generate(), [b"%0130d" % n for n in range(1000)]
    signed, mine = [(key.sign(message), message) for message in messages], key.public_key()
    worked = time.process_time()
    for n in range(count):
        mine.verify(*signed[n % 1000])
    return (time.process_time() - worked) / count


def signatures(place: Path) -> list[Row]:
    """A log of one entry per commit; what its signatures cost beside the same entries with few, and the raw cost."""
    cores, logs = os.cpu_count() or 1, []
    for grouped in (1, 1000):
        log, folder = place / f"signed{grouped}", place / f"signed-export{grouped}"
        if not folder.exists():
            write_log(log, SIGNED, grouped)
            run("-m", "bench.auditing", "export", str(log), str(folder), str(SIGNED))
        logs.append(verify_words(folder, vault_id(log)))
    # In turn, so that a busy machine is busy for all.
    rounds = [(run(*logs[0])[0], run(*logs[1])[0], raw_costs(cores)) for _ in range(RUNS)]
    clock, cpu = (statistics.median(raw[n] / (one[n] - few[n]) for one, few, raw in rounds) for n in range(2))
    one, few, raw = (middle(each) for each in zip(*rounds, strict=True))
    what = f"raw Ed25519 alone; the difference runs at {clock:.0%} of it by the clock, {cpu:.0%} by the processor"
    return [
        Row(f"verify {SIGNED:,} signed one by one, all cores", one, SIGNED),
        Row("the same entries, 1,000 to a signature", few, SIGNED),
        Row(what, raw, SIGNED, ">= 85 %"),
    ]


def raw_costs(cores: int) -> Cost:
    """The same number of signatures on all cores and nothing else, with the processes started beforehand."""
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(raw_cost, [10] * cores))
        began = time.perf_counter()
        cpu = statistics.mean(pool.map(raw_cost, [SIGNED // cores] * cores)) * SIGNED
        return Cost(time.perf_counter() - began, cpu)


def make_vault(place: Path, folder: Path) -> None:
    """Make a vault and export it; in a process of its own, whose memory is not that of what is measured."""
    from bench.population import in_daily_use, make
    from vault.ops.exporting import export as export_vault

    accounts, holders = (1000, 100) if FULL else (500, 20)
    force = make(place, accounts=accounts, holders=holders, secrets=True)
    vault = force.open()
    in_daily_use(vault, force.accounts, until=SIZE)
    vault.sync()
    export_vault(vault, folder)
    vault.close()


def deep(place: Path) -> list[Row]:
    """A vault with many accounts, grants, holders and much daily use, as the vault itself writes it."""
    folder = place / "vault-export"
    if not folder.exists():
        run("-m", "bench.auditing", *(["--full"] if FULL else []), "vault", str(place), str(folder))
    shown = Folder(folder)
    size, id_ = shown.head()[1].size, leaf_hash(shown.entries(0, TILE_WIDTH)[0]).hex()
    return [
        Row(
            f"verify a vault of {size:,} entries: {what}",
            median(RUNS, *verify_words(folder, id_, *words)),
            size,
        )
        for what, words in (("--heads-only", ["--heads-only"]), ("full", []), ("--deep", ["--deep"]))
    ]


def git(place: Path) -> list[Row]:
    """`git fsck` over commits whose messages are the same bodies; heads-only over them, in turn with it."""
    repository, words = place / "repository", verify_words(place / "export", vault_id(place / "log"))
    if not repository.exists():
        fill_repository(repository, place / "log")
    rounds = []
    for _ in range(RUNS):
        before, began = os.times(), time.perf_counter()
        subprocess.run(
            ["git", "-C", str(repository), "fsck", "--no-progress"], check=True, capture_output=True
        )
        clock, after = time.perf_counter() - began, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        rounds.append((Cost(clock, cpu), run(*words, "--heads-only")[0]))
    ratio = statistics.median(fsck.clock / heads.clock for fsck, heads in rounds)
    what = f"git fsck over {SIZE:,} commits with the same bodies: {ratio:.1f}x heads-only by the clock"
    return [Row(what, middle([fsck for fsck, _ in rounds]), SIZE, ">= 2x heads-only")]


def fill_repository(repository: Path, log: Path) -> None:
    """A commit for each entry, each the child of the one before, in one pack."""
    subprocess.run(["git", "init", "-q", "--bare", str(repository)], check=True)
    feed = subprocess.Popen(["git", "-C", str(repository), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert feed.stdin is not None
    for *_, bodies in read_log(log):
        for body in bodies:
            feed.stdin.write(
                b"commit refs/heads/log\ncommitter a <a@b> 0 +0000\ndata %d\n%b\n" % (len(body), body)
            )
    feed.stdin.close()
    if feed.wait():
        sys.exit("git fast-import failed")


def table(rows: Iterable[Row]) -> str:
    head = ("what", "seconds", "cpu", "us/entry", "MiB", "aim")
    cells = [head, *(row.cells() for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    return "\n".join(
        "  ".join(c.ljust(w) if n in (0, 5) else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True)))
        .rstrip()
        for row in cells
    )  # fmt: skip


PARTS = {"export": exports, "verify": verifying, "memory": memory, "receipt": receipts, "signatures": signatures,
         "deep": deep, "git": git}  # fmt: skip


def main() -> None:
    """Make the log, measure every part, print one table."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if words[:1] == ["export"] and len(words) == 4:
        export_log(Path(words[1]), Path(words[2]), int(words[3]))
        return
    if words[:1] == ["vault"] and len(words) == 3:
        make_vault(Path(words[1]), Path(words[2]))
        return
    kept = [word.removeprefix("--at=") for word in sys.argv if word.startswith("--at=")]
    with nullcontext(*kept) if kept else tempfile.TemporaryDirectory(prefix="keyholder-bench-") as folder:
        rows = measure(Path(folder), words or list(PARTS))
    sys.stdout.write(
        f"{os.cpu_count()} processors; medians of {RUNS} whole processes; us/entry: processor time\n\n{table(rows)}\n"
    )


def measure(place: Path, wanted: Sequence[str]) -> list[Row]:
    """The rows of those parts, in the order of the table."""
    rows: list[Row] = []
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "log").exists():
        sys.stderr.write(f"making a log of {SIZE:,} entries …\n")
        write_log(place / "log", SIZE, 100)
    if "export" not in wanted and not (place / "export").exists():
        exports(place)
    for name, part in PARTS.items():
        if name in wanted:
            sys.stderr.write(f"measuring {name} …\n")
            rows += part(place)
    return rows


if __name__ == "__main__":
    main()
