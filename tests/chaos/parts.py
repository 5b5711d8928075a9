"""What the chaos programs share: the end-to-end tests' parts, a tally, and a table at the end."""

import json
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from hall import Hall, onset_us  # noqa: E402, F401
from place import BUILD, PROGRAM, Broker, Publisher, Screen, end, free_port, mono_us, wait_for  # noqa: E402, F401

PREFIX = "hallcall/1/demo"
EVENT = "hall/main/event"


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def scratch(name):
    """A folder that stays when something failed: the caller names it in its report."""
    return pathlib.Path(tempfile.mkdtemp(prefix=f"hallcall-{name}-"))


def say(text):
    print(text, file=sys.stderr, flush=True)


def table(title, rows):
    """Rows of (what, figure)."""
    print(f"\n{title}")
    width = max((len(str(what)) for what, _ in rows), default=0)
    for what, figure in rows:
        print(f"  {what:<{width}}  {figure}")
    sys.stdout.flush()


def verdict(problems):
    """Prints what went wrong and answers the exit code."""
    for problem in problems[:40]:
        print(f"  WRONG: {problem}")
    if len(problems) > 40:
        print(f"  WRONG: and {len(problems) - 40} more")
    print("  verdict: " + ("FAILED" if problems else "ok"), flush=True)
    return 1 if problems else 0


def read_trace(path):
    """A finished trace, as records; a line cut by a kill is left out."""
    records = []
    if path.exists():
        for line in path.read_bytes().splitlines():
            try:
                records.append(json.loads(line))
            except ValueError:
                continue
    return records
