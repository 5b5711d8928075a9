"""Short forms of what `make chaos` does to the network and the clock."""

import os
import pathlib
import subprocess
import sys

import pytest

from place import BUILD, SOURCE

CHAOS = pathlib.Path(__file__).parents[1] / "chaos"
sys.path.insert(0, str(CHAOS))
import clock_steps  # noqa: E402
import namespaces  # noqa: E402
import same_id  # noqa: E402

STEP_SECONDS = 1.5


def test_two_displays_with_one_id(tmp_path, screen, figure):
    twins = same_id.Twins(tmp_path, screen)
    try:
        told, seconds, losses = twins.quarrel()
        figure(f"two displays with one id: told after {seconds:.1f} s, {losses} losses: {told}")
        said = same_id.last_words(twins.broker.port, 5)
        assert (same_id.SUSPICION in told) == (said == "closes without a word"), (said, told)
    finally:
        twins.stop()


def test_names_that_nobody_answers(figure):
    reason = namespaces.why_not()
    if reason:
        pytest.skip(f"{namespaces.SKIPPED}: {reason}")
    result = subprocess.run([sys.executable, str(CHAOS / "dns_hang.py"), "--short"], text=True,
                            capture_output=True, timeout=120, check=False,
                            env={**os.environ, "HALLCALL_SOURCE": str(SOURCE),
                                 "HALLCALL_BUILD": str(BUILD)})
    for line in result.stdout.splitlines():
        figure(f"names: {line.strip()}")
    assert result.returncode == 0 and "verdict: ok" in result.stdout, result.stdout + result.stderr


def test_steps_of_the_wall_clock(tmp_path, screen):
    trial = clock_steps.Stepped(tmp_path, screen)
    try:
        clock_steps.run(trial, STEP_SECONDS, quiet=False)
        assert not trial.problems, trial.problems
        assert len(trial.stream.calls) >= len(clock_steps.STEPS)
    finally:
        trial.stop()
