"""All figures in one run: `python -m benchmarks [--record] [intake|pipeline|digest|startup|parsing|papers …]`."""

import contextlib
import importlib
import io
import logging
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

import structlog

from benchmarks.figures import Figure

MODULES = ("intake", "pipeline", "digest", "startup", "parsing", "papers")
RESULTS = Path(__file__).with_name("results.md")


def figures_of(module: str) -> list[Figure]:
    """Run one module; what it only prints is taken line by line."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        found = importlib.import_module(f"benchmarks.{module}").run()
    if isinstance(found, list):
        return [figure for figure in found if isinstance(figure, Figure)]
    lines = (line.partition(": ") for line in printed.getvalue().splitlines() if line.strip())
    return [Figure(what, figure) for what, _, figure in lines]


def table(figures: Iterable[Figure]) -> str:
    """Write figures as a Markdown table."""
    rows = ["| what | figure | target | |", "|---|---|---|---|"]
    verdicts = {True: "reached", False: "missed", None: ""}
    rows += [f"| {f.what} | {f.figure} | {f.target} | {verdicts[f.reached]} |" for f in figures]
    return "\n".join(rows)


def machine() -> str:
    """Return what it was measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; load {load}"


def main() -> None:
    """Measure, print, and record when asked to."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or [
        name for name in MODULES if Path(__file__).with_name(f"{name}.py").is_file()
    ]
    before = machine()
    figures = [figure for name in names for figure in figures_of(name)]
    text = f"Measured on {before} (before the run), by `python -m benchmarks {' '.join(names)}`.\n\n{table(figures)}\n"
    print(text)
    if "--record" in sys.argv:
        kept = RESULTS.read_text(encoding="utf-8").partition("## Kill test")[2] if RESULTS.is_file() else ""
        kill = f"\n## Kill test{kept}" if kept else ""
        RESULTS.write_text(f"# Figures\n\n{text}{kill}", encoding="utf-8")


if __name__ == "__main__":
    main()
