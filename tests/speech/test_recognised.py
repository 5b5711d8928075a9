"""A recogniser understands the English that hallcall ships: a sample of `make recognise`."""

import pytest

from recognise import DISTINCT, measure
from speech import SOURCE

CALLS = 60
# The gates of recognise.py are those of 300 calls. An English that just holds them misses these once in
# 110, 140 and 33 runs; one voice that does not, gmw/en at 150, misses them in 97 of 100.
RIGHT_MIN = {"number": 55, "counter": 56, "call": 54}


@pytest.mark.slow
def test_calls_are_understood(tmp_path):
    rates = measure(DISTINCT, CALLS, tmp_path, {"own": SOURCE})["own"]
    assert {kind: rates[kind] * CALLS for kind, least in RIGHT_MIN.items() if round(rates[kind] * CALLS) < least} == {}
