"""`tools/deploy-check`: runs the checks, a few at once, and says what each found."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import CHECKS
from .tree import BuildError, Tree


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy-check")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="the repository to judge")
    parser.add_argument("checks", nargs="*", help=f"of {', '.join(CHECKS)}")
    given = parser.parse_args()
    unknown = [name for name in given.checks if name not in CHECKS]
    if unknown:
        parser.error(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")

    def judge(name: str) -> tuple[str, list[str], float]:
        begun = time.monotonic()
        try:
            findings = CHECKS[name](Tree(given.root.resolve()))
        except BuildError as error:
            findings = [str(error)]
        return name, findings, time.monotonic() - begun

    failed = 0
    with ThreadPoolExecutor(4) as pool:
        for name, findings, seconds in pool.map(judge, given.checks or CHECKS):
            print(f"{'FAIL' if findings else 'ok  '} {name} ({seconds:.1f} s)", flush=True)
            for finding in findings:
                print(f"     {finding}", flush=True)
            failed += bool(findings)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
