"""Whole processes, in turn with their floors, so that a busy machine is busy for both.

A figure is the median of the runs; the ratio is the median of the ratios pair by pair. Peak memory is the largest
resident set of the process, from the operating system.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds and MiB."""

    seconds: float
    memory: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table."""

    what: str
    seconds: float
    memory: float
    floor: float | None = None
    ratio: float | None = None
    aim: str = ""

    @classmethod
    def of(cls, what: str, pairs: Sequence[tuple[Run, Run]], *, aim: str) -> Figure:
        """Medians of pairs of runs: the command, and its floor right after it."""
        return cls(
            what,
            statistics.median(a.seconds for a, _ in pairs),
            max(a.memory for a, _ in pairs),
            statistics.median(b.seconds for _, b in pairs),
            statistics.median(a.seconds / b.seconds for a, b in pairs),
            aim,
        )

    def cells(self) -> tuple[str, ...]:
        floor = "" if self.floor is None else _seconds(self.floor)
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}x"
        return (self.what, _seconds(self.seconds), floor, ratio, f"{self.memory:.0f}", self.aim)


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value >= 0.01 else f"{value:.5f}"


def run(command: Sequence[str], environment: Mapping[str, str], *, codes: Sequence[int] = (0,)) -> Run:
    """Run to the end; a process that fails ends the benchmark with what it said."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{said.decode(errors='replace')}")
    return Run(time.perf_counter() - start, usage.ru_maxrss / 1024)


def pair(
    what: str,
    command: Sequence[str],
    floor: Sequence[str],
    *,
    environment: Mapping[str, str],
    runs: int = 7,
    aim: str = "",
) -> Figure:
    """A command against its floor, alternating, after one of each that does not count."""
    pairs = [(run(command, environment), run(floor, environment)) for _ in range(runs + 1)][1:]
    return Figure.of(what, pairs, aim=aim)


def table(figures: Sequence[Figure]) -> str:
    """The table as text."""
    head = ("what", "seconds", "floor", "ratio", "MiB", "aim")
    rows = [head, *(figure.cells() for figure in figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(w) if n in (0, 5) else cell.rjust(w)
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])
