"""Run the benchmarks, all or those named, and print a Markdown table for each.

python -m benchmarks [--record] [NAME ...]      such as nbcode_speed, which alone needs no built book

With --record, the rows are also kept in benchmarks/recorded/, beside what they were measured on.
"""

import argparse
import json
import pkgutil
import platform
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import benchmarks


def table(rows):
    """Write rows, dictionaries with the same keys, as a Markdown table."""
    lines = [rows[0].keys(), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def processor():
    """Name the processor, or at least its kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def record(name, benchmark, rows):
    """Keep what was measured, and on what."""
    environment = {"processor": processor(), "python": platform.python_version()}
    environment |= {package: version(package) for package in ("numpy", "torch")}
    result = {"title": benchmark.title, "environment": environment, "rows": rows}
    benchmarks.RECORDED.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    (benchmarks.RECORDED / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def main(arguments=None):
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__"]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME", help=", ".join(names))
    parser.add_argument("--record", action="store_true", help="keep the results in benchmarks/recorded/")
    options = parser.parse_args(arguments)
    failed = False
    for name in options.names or names:
        benchmark = import_module(f"benchmarks.{name}")
        print(f"\n## {benchmark.title}\n", flush=True)
        try:
            rows = benchmark.run()
            print(table(rows), flush=True)
            if options.record:
                record(name, benchmark, rows)
        except RuntimeError as reason:
            print(reason)
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())
