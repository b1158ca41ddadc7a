"""Every promise about speed and endurance, measured one after the other: `make bench`, or `python -m bench NAME…`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHES = {
    "reading": "how well and how fast pages are read",
    "mutations": "what becomes of pages that come out wrong",
    "http": "what an answer costs",
    "throughput": "what a durable delivery costs",
    "history": "what is lost when workers are killed",
}


def main(names: list[str]) -> int:
    """Run the named ones, or all; the exit code is that of the first that failed."""
    unknown = set(names) - BENCHES.keys()
    if unknown:
        print(f"bench: expected some of {', '.join(BENCHES)}, got {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    worst = 0
    for name in names or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}\n", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=Path(__file__).parent.parent, check=False)
        worst = worst or done.returncode
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
