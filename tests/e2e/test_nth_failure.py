"""Allocations and system calls that fail at start and at a reconnection: a choice of tests/nth."""

import collections
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "nth"))
from shorthall import KINDS  # noqa: E402
from sweep import Sweep, line, make_places, run_all  # noqa: E402

pytestmark = pytest.mark.aside
OF_A_KIND = 3
LANES = 4


def test_each_failure_is_told_or_healed(tmp_path, figure):
    places = make_places(tmp_path, LANES)
    try:
        sweep = Sweep()
        sweep.learn(places[0])
        cases = sweep.cases(["start"], ["hall"], KINDS, {"own": OF_A_KIND})
        cases += sweep.cases(["reconnect"], ["hall"], ["alloc", "thread"], {"own": 1})
        outcomes = run_all(sweep, places, cases)
    finally:
        for place in places:
            place.stop()
    verdicts = collections.Counter(outcome.verdict for outcome in outcomes)
    figure(f"n-th failure: {len(outcomes)} halls, " + ", ".join(f"{n} {v}" for v, n in sorted(verdicts.items())))
    assert len(outcomes) == len(cases) > 20
    assert verdicts["ended"] > 0 and verdicts["told"] > 0, "failures were really made"
    wrong = [line(outcome) for outcome in outcomes if outcome.verdict in ("WRONG", "library")]
    assert not wrong, "\n".join(wrong)
