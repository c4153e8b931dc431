"""What an auditor waits for: verifying, exporting and proving a log of a million entries of ~350 bytes.

python -m bench.auditing [--full] [--once] [part …]

    --full   1,000,000 entries; without it, 100,000        --once   one run of each, not the median of three

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
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import b64, checkpoint, note
from audit.edge import Head
from audit.export import Log, export
from audit.follow import Draft, Follower
from audit.tiles import pack, unpack

FULL = "--full" in sys.argv
RUNS = 1 if "--once" in sys.argv else 3
SIZE = 1_000_000 if FULL else 100_000
SIGNED = 100_000 if FULL else 10_000
TIME = "2026-11-20T10:00:00Z"
ACTORS = ("kst-aaaaaaaaaaaaaaaa", "kst-bbbbbbbbbbbbbbbb")
KEYS = {actor: Ed25519PrivateKey.from_private_bytes(bytes([n + 1]) * 32) for n, actor in enumerate(ACTORS)}
ORIGIN = "keyholder/bench"
_NOTHING = b64.encode(bytes(32))


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


# --- a log to measure with ---------------------------------------------------------------------------------------


def public(actor: str) -> bytes:
    return KEYS[actor].public_key().public_bytes_raw()


def drafts(size: int) -> Iterator[Draft]:
    """Genesis, the second signer, then entries whose bodies have about 350 bytes."""
    yield Draft("log.genesis", ACTORS[0], {"origin": ORIGIN, "key": b64.encode(public(ACTORS[0]))})
    yield Draft("signer.added", ACTORS[1], {"key": b64.encode(public(ACTORS[1])), "vouches": False})
    for n in range(2, size):
        data = {"account": f"acc-{n:016}", "details": _NOTHING, "kind": "secret", "note": f"{n:064}"}
        yield Draft("bench.entry", f"per-{n:016}", data)


def write_log(path: Path, size: int, grouped: int) -> None:
    """The commits of a log, `grouped` entries each, one packed record after the other."""
    follower, waiting, turn = Follower.start(), list[Draft](), 0
    with path.open("wb") as file, path.with_suffix(".leaves").open("wb") as leaves:
        for n, draft in enumerate(drafts(size), start=1):
            waiting.append(draft)
            if n == 2 or n == size or (n > 2 and len(waiting) == grouped):
                actor = ACTORS[0] if turn == 0 else ACTORS[turn % 2]
                made = follower.prepare(
                    waiting, actor=actor, time=TIME, public=public(actor), sign=KEYS[actor].sign
                )
                follower.accept(made)
                record = pack([actor.encode(), made.note, *made.bodies])
                file.write(len(record).to_bytes(8) + record)
                leaves.write(b"".join(made.leaves))
                waiting, turn = [], turn + 1


def read_log(path: Path) -> Iterator[tuple[int, str, bytes, list[bytes]]]:
    """The commits again: size, signer, note, bodies."""
    size = 0
    with path.open("rb") as file:
        while length := file.read(8):
            actor, note, *bodies = unpack(file.read(int.from_bytes(length)))
            size += len(bodies)
            yield size, actor.decode(), note, bodies


def export_log(path: Path, folder: Path, most: int) -> None:
    """Export the first commits of a log, up to `most` entries, as a client does that has verified it."""
    commits = read_log(path)
    _, actor, first, bodies = next(commits)
    follower = Follower.start()
    follower.commit(bodies, first, actor)
    for size, _, raw, _ in commits:
        if size <= most:
            newest = checkpoint.parse_text(note.parse(raw).text)

    def leaf(seq: int) -> bytes:
        with path.with_suffix(".leaves").open("rb") as file:
            file.seek(seq * 32)
            return file.read(32)

    def commits_after(size: int) -> Iterable[tuple[int, str, bytes, list[bytes]]]:
        return (each for each in read_log(path) if each[0] > size)

    head = Head(newest.size, newest.root, leaf(newest.size - 1))
    log = Log(follower.origin, head, follower.signers, leaf, commits_after)
    began, worked = time.perf_counter(), time.process_time()
    done = export(log, folder)
    sys.stdout.write(
        json.dumps([time.perf_counter() - began, time.process_time() - worked, done.size - done.before])
    )


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


def vault_id(path: Path) -> str:
    from audit.entry import leaf_hash

    return leaf_hash(next(read_log(path))[3][0]).hex()


def verify_words(folder: Path, id_: str, *more: str) -> list[str]:
    return ["-m", "audit", "verify", str(folder), "--vault-id", id_, *more]


# --- rows --------------------------------------------------------------------------------------------------------


def exports(place: Path) -> list[Row]:
    """A whole export, and one of a log that has grown by a hundredth."""
    rows = []
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
    from audit.folder import Folder
    from audit.merkle import TILE_WIDTH
    from audit.proof import receipt

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
        write_log(log, SIGNED, grouped)
        run("-m", "bench.auditing", "export", str(log), str(folder), str(SIGNED))
        logs.append(verify_words(folder, vault_id(log)))
    rounds = []
    for _ in range(3):  # in turn, so that a busy machine is busy for all
        one, few = (run(*words)[0] for words in logs)
        with ProcessPoolExecutor(cores) as pool:
            raw = statistics.mean(pool.map(raw_cost, [SIGNED // cores] * cores)) * SIGNED
        rounds.append((one, few, raw, raw / (one.cpu - few.cpu)))
    share, raw = statistics.median(each[3] for each in rounds), statistics.median(each[2] for each in rounds)
    return [
        Row(f"verify {SIGNED:,} signed one by one, all cores", middle([each[0] for each in rounds]), SIGNED),
        Row("the same entries, 1,000 to a signature", middle([each[1] for each in rounds]), SIGNED),
        Row(
            f"raw Ed25519 alone; the difference runs at {share:.0%} of it", Cost(raw, raw), SIGNED, ">= 85 %"
        ),
    ]


def make_vault(place: Path, folder: Path) -> None:
    """Make a vault and export it; in a process of its own, whose memory is not that of what is measured."""
    from bench.population import make
    from vault.ops.exporting import export as export_vault

    accounts, holders = (1000, 100) if FULL else (500, 20)
    vault = make(place, accounts=accounts, holders=holders).open()
    vault.sync()
    export_vault(vault, folder)
    sys.stdout.write(json.dumps([vault.follower.size, vault.place.vault_id]))
    vault.close()


def deep(place: Path) -> list[Row]:
    """A vault with many accounts, grants and holders, as the vault itself writes it."""
    folder = place / "vault-export"
    _, said = run("-m", "bench.auditing", *(["--full"] if FULL else []), "vault", str(place), str(folder))
    size, id_ = json.loads(said)
    return [
        Row(
            f"verify a vault of {size:,} entries: {what}",
            median(RUNS, *verify_words(folder, id_, *words)),
            size,
        )
        for what, words in (("full", []), ("--deep", ["--deep"]))
    ]


def git(place: Path) -> list[Row]:
    """`git fsck` over commits whose messages are the same bodies."""
    entries, repository = 20_000, place / "repository"
    subprocess.run(["git", "init", "-q", "--bare", str(repository)], check=True)
    feed = subprocess.Popen(["git", "-C", str(repository), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert feed.stdin is not None
    bodies = (body for *_, found in read_log(place / "log") for body in found)
    for _, body in zip(range(entries), bodies, strict=False):
        feed.stdin.write(
            b"commit refs/heads/log\ncommitter a <a@b> 0 +0000\ndata %d\n%b\n" % (len(body), body)
        )
    feed.stdin.close()
    feed.wait()
    costs = []
    for _ in range(3):
        before, began = os.times(), time.perf_counter()
        subprocess.run(
            ["git", "-C", str(repository), "fsck", "--no-progress"], check=True, capture_output=True
        )
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        costs.append(Cost(time.perf_counter() - began, cpu))
    what = f"git fsck over {entries:,} commits with the same bodies"
    return [Row(what, middle(costs), entries, ">= 2x heads-only")]


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
    wanted = words or list(PARTS)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="keyholder-bench-") as folder:
        place = Path(folder)
        sys.stderr.write(f"making a log of {SIZE:,} entries …\n")
        write_log(place / "log", SIZE, 100)
        for name, measure in PARTS.items():
            if name in wanted or name == "export":
                sys.stderr.write(f"measuring {name} …\n")
                rows += measure(place)
    sys.stdout.write(
        f"{os.cpu_count()} processors; medians of {RUNS} whole processes; us/entry: processor time\n\n{table(rows)}\n"
    )


if __name__ == "__main__":
    main()
