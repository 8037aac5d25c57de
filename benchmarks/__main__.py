"""Run the benchmarks, all or those named, and print a Markdown table for each.

python -m benchmarks [NAME ...]      such as nbcode_speed, which alone needs no built book
"""

import argparse
import pkgutil
import sys
from importlib import import_module

import benchmarks


def table(rows):
    """Write rows, dictionaries with the same keys, as a Markdown table."""
    lines = [rows[0].keys(), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main(arguments=None):
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__"]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME", help=", ".join(names))
    failed = False
    for name in parser.parse_args(arguments).names or names:
        benchmark = import_module(f"benchmarks.{name}")
        print(f"\n## {benchmark.title}\n", flush=True)
        try:
            print(table(benchmark.run()), flush=True)
        except RuntimeError as reason:
            print(reason)
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())
