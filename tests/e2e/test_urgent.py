"""An urgent text: at once on the screen and in the loudspeaker, whatever is being said."""

import json

import numpy

from place import RATE_HZ, SANITIZED, mono_us, wait_for

EVENT = "hall/main/event"
URGENT = "urgent"
AT_ONCE_MS = 100   # from the publish to the end of what was being said, and to the urgent chime
TEXT = "Please leave the building by the nearest exit"
QUIET = 8


def test_it_interrupts_a_call_in_mid_word_and_the_call_is_made_up_for(hall, publisher, figure):
    publisher.send(EVENT, json.dumps({"id": "c1", "ticket": "A107", "counter": "4"}))
    call = hall.wait("started", 5)
    hall.wait("segment", 10, serial=call["serial"])
    wait_for(lambda: mono_us() > hall.trace("segment")[-1]["at_us"] + 300000, 5, "words are heard")
    asked = mono_us()
    publisher.send(URGENT, json.dumps({"active": True, "texts": {"en": TEXT}}), retain=True)
    hushed = hall.wait("hushed", 5, serial=call["serial"])
    shown = hall.wait("shown", 5, urgent=1)
    urgent = hall.wait("started", 5, serial=hall.wait("speak", 5, kind="urgent")["serial"])
    hall.wait("finished", 30, serial=urgent["serial"])
    before = hall.loudspeaker.samples(asked - 200000, asked)
    assert numpy.abs(before).max() > 200, "it was not in mid-word"
    between = hall.loudspeaker.samples(hushed["at_us"], urgent["at_us"])
    assert numpy.abs(between[RATE_HZ // 1000:]).max(initial=0) <= QUIET, "a call's word under the urgent chime"
    figure(f"urgent: call silent {(hushed['at_us'] - asked) / 1000:.1f} ms, urgent chime {(urgent['at_us'] - asked) / 1000:.1f} ms, "
           f"text on the screen {(shown['us'] - asked) / 1000:.1f} ms after it was published")
    if not SANITIZED:
        assert urgent["at_us"] - asked <= AT_ONCE_MS * 1000
        assert shown["us"] - asked <= AT_ONCE_MS * 1000
    publisher.send(URGENT, json.dumps({"active": False}), retain=True)
    again = wait_for(lambda: [r for r in hall.spoken() if r["ticket"] == "A107"][1:], 30, "the call is spoken again")[0]
    hall.wait("finished", 30, serial=again["serial"])
    publisher.send(URGENT, "", retain=True)
