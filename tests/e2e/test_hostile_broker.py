"""The most telling of the brokers that misbehave; `make chaos` has them all.

Each is replaced by a real one on the same port: the display must have said what was wrong, and get
well without being started again.
"""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "chaos"))
from hostile import RECOVERY_SECONDS, Misbehaviour  # noqa: E402

SWITCHES = ("connack-bad-password", "closes-after-connect", "refuses-mqtt-5", "byte-by-byte",
            "endless-length", "rst-mid-packet")


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_broker_that_misbehaves(switch, tmp_path, screen, figure):
    trial = Misbehaviour(tmp_path, screen, switch)
    try:
        told = trial.suffer()
        figure(f"hostile broker {switch}: well after {trial.heal(RECOVERY_SECONDS):.1f} s; {told}")
    finally:
        trial.stop()
