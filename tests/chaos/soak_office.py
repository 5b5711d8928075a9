"""A hall far too busy: counters that call, recall, withdraw and serve without rest, with everything
else that a queue system sends, and what goes wrong at times.

Every call is numbered; the oracle of soak.py asks for each (id, n) afterwards what became of it.
"""

import pathlib
import random
import time

from parts import EVENT, mono_us
from queue_system import now_text

COUNTERS = 24
LETTERS = "ABCDEFGHJKLMNOPRSTUVWXZ"
HOSTILE = pathlib.Path(__file__).parents[1] / "hostile"
TEXTS = {"en": "Counter {n} is closed until {h} o'clock. Please take your ticket to counter {m}.",
         "uk": "Вікно {n} зачинене до {h}:00. Прохання звертатися до вікна {m}."}

RECALL_PART, WITHDRAW_PART = 0.15, 0.04
SERVED_PART, NO_SHOW_PART = 0.75, 0.15    # of the calls that a counter has done with; others just end
SECONDS = {"board": 20, "clock": 5, "notice": 40, "urgent": 900, "bad": 15, "outage": 240}
URGENT_LASTS = 8
# The display keeps rendered texts up to a limit. Long urgent texts in letters as high as a hand reach
# it in the first minute, which notices would do only after half an hour; from then on each new text
# takes the place of an old one.
FILL_AT = (10, 16, 22, 28, 34, 40, 46, 52)
FILL_TEXT = ("Group {n}: please leave through door {h} now, go to meeting point {m}, wait there for staff "
             "and do not use the lifts. Gruppe {n}: bitte durch Ausgang {h} zum Treffpunkt {m} gehen.")
OUTAGE_LASTS = (0, 6, 15)     # a broker that is killed comes back at once, soon, or late
CALM_BEFORE_OUTAGE = 5        # seconds in which nothing is sent that must be counted exactly
# Now and then the counters forget to say that they have done with a visitor, so that the voice's
# queue runs full: the first time while the memory is still being touched.
JAM_EVERY, JAM_BEGINS, JAM_ENDS = 900, 60, 240
FLUSH_A_SECOND = 20


def bad_messages():
    """(payload, refusal) of the events in the hostile corpus that are refused at any broker."""
    found = []
    for line in (HOSTILE / "manifest.tsv").read_text().splitlines():
        name, topic, outcome = line.split("\t")[:3]
        if topic == "event" and outcome not in ("accepted", "size"):
            found.append(((HOSTILE / name).read_bytes(), outcome))
    return found


class Call:
    """One visitor's call: its id, and when each of its callings was made."""

    def __init__(self, number, counter, langs):
        self.number = number
        self.id = f"soak-{number}"
        self.ticket = f"{LETTERS[number // 999]}{number % 999 + 1:03}"
        self.counter = counter
        self.langs = langs
        self.n = 1
        self.seq = 0


class Office:
    """step() does what is due. It drives the queue system, the publisher and the broker."""

    def __init__(self, queue, publisher, broker, calls_a_minute):
        self.queue, self.publisher, self.broker = queue, publisher, broker
        self.rate = calls_a_minute
        self.chance = random.Random(3)
        self.bad = bad_messages()
        self.began = mono_us()
        self.calls = []
        self.made = {}        # (id, n): (order, when by the steady clock, by the wall clock)
        self.silenced = {}    # id: the highest n that may rightly stay unspoken
        self.at_counter = {}
        self.forgotten = []   # calls of which the counters have not said that they are done
        self.tasks = []       # (when, what to do)
        self.seq = self.urgents = self.notices = self.outages = 0
        self.refusals = {}
        self.outage_until = None
        self.killed_at = float("-inf")
        self.next = {what: self.seconds() + gap for what, gap in SECONDS.items()}
        self.next["call"] = self.next["flush"] = 0
        self.closing = False
        for at in FILL_AT:
            self.tasks.append((at, lambda _: self.urgent(FILL_TEXT, 5), None))

    def seconds(self):
        return (mono_us() - self.began) / 1e6

    def due(self, what, gap):
        if self.seconds() < self.next[what]:
            return False
        self.next[what] = self.seconds() + gap
        return True

    def jammed(self):
        return JAM_BEGINS <= self.seconds() % JAM_EVERY < JAM_ENDS and not self.closing

    def event(self, **members):
        self.seq += 1
        return self.queue.send({"epoch": "soak", "seq": self.seq, **members})

    def announce(self, kind, call):
        langs = {"lang": call.langs} if call.langs else {}
        message = self.event(type=kind, id=call.id, n=call.n, ticket=call.ticket,
                             counter=str(call.counter), **langs)
        call.seq = self.seq
        self.made[call.id, call.n] = (len(self.made), message.made_us, time.time_ns() // 1000)

    def end(self, kind, call):
        self.silenced[call.id] = call.n
        self.event(type=kind, id=call.id)

    def done_with(self, call):
        """The counter calls its next visitor."""
        if self.jammed():
            self.forgotten.append(call)
            return
        luck = self.chance.random()
        if luck < SERVED_PART + NO_SHOW_PART:
            self.end("served" if luck < SERVED_PART else "no-show", call)
        else:
            self.forgotten.append(call)

    def call(self):
        counter = self.chance.randint(1, COUNTERS)
        before = self.at_counter.pop(counter, None)
        if before:
            self.done_with(before)
        langs = self.chance.choice([None, None, None, "uk", ["en"], ["uk", "en"]])
        call = Call(len(self.calls), counter, langs)
        self.calls.append(call)
        self.at_counter[counter] = call
        self.announce("call", call)
        luck = self.chance.random()
        if luck < RECALL_PART:
            self.later(self.chance.uniform(3, 8), self.recall, call)
        elif luck < RECALL_PART + WITHDRAW_PART:
            self.later(self.chance.uniform(0.3, 10), self.withdraw, call)

    def later(self, seconds, act, call):
        self.tasks.append((self.seconds() + seconds, act, call))

    def recall(self, call):
        if self.at_counter.get(call.counter) is call:
            self.silenced[call.id] = call.n
            call.n += 1
            self.announce("recall", call)

    def withdraw(self, call):
        if self.at_counter.get(call.counter) is call:
            del self.at_counter[call.counter]
            self.end("withdraw", call)

    def board(self):
        """Only while the counters keep it right: a call that a board does not hold is over."""
        calls = sorted([*self.at_counter.values(), *self.forgotten], key=lambda c: -c.number)
        if self.jammed() or len(calls) > 200:
            return
        self.queue.send({"epoch": "soak", "seq": self.seq, "calls": [
            {"id": c.id, "n": c.n, "ticket": c.ticket, "counter": str(c.counter), "seq": c.seq}
            for c in calls]}, "hall/main/board")

    def notice(self):
        self.notices += 1
        topic = f"hall/main/notice/{self.chance.choice(['lift', 'desk', 'hours', 'papers'])}"
        if self.chance.random() < 0.3:
            self.queue.send(None, topic)
            return
        numbers = self.numbers()
        self.queue.send({"texts": {tag: text.format(**numbers) for tag, text in TEXTS.items()},
                         "speak": self.chance.random() < 0.2,
                         "priority": self.chance.randint(0, 9)}, topic)

    def numbers(self):
        return {name: self.chance.randint(1, COUNTERS) for name in "nhm"}

    def urgent(self, text="Please stay where you are. This is test {n}{h}{m}", lasts=URGENT_LASTS):
        self.urgents += 1
        words = text.format(**self.numbers())
        self.queue.send({"active": True, "texts": {"en": words}}, "urgent")
        self.later(lasts, lambda _: self.queue.send({"active": False}, "urgent"), None)

    def send_bad(self):
        payload, refusal = self.chance.choice(self.bad)
        self.publisher.send(EVENT, payload)
        self.refusals[refusal] = self.refusals.get(refusal, 0) + 1

    def flush(self):
        """After a jam the counters say, one after the other, that they have done."""
        if self.forgotten and (self.closing or not self.jammed()) and (
                self.closing or len(self.forgotten) > 20):
            self.end("served", self.forgotten.pop(0))

    def step_broker(self):
        if self.outage_until is not None:
            if self.seconds() >= self.outage_until:
                self.broker.start()
                self.outage_until = None
        elif self.due("outage", SECONDS["outage"]) and not self.closing:
            self.broker.kill()
            self.killed_at = self.seconds()
            self.outage_until = self.seconds() + OUTAGE_LASTS[self.outages % len(OUTAGE_LASTS)]
            self.outages += 1
            # The publisher's messages are counted exactly: none while it may not be connected.
            self.next["bad"] = self.outage_until + CALM_BEFORE_OUTAGE

    def calm(self):
        """Whether what is sent now surely arrives once."""
        return (self.outage_until is None and self.publisher.client.is_connected() and
                self.next["outage"] - self.seconds() > CALM_BEFORE_OUTAGE)

    def step(self):
        self.step_broker()
        for task in [t for t in self.tasks if self.seconds() >= t[0]]:
            self.tasks.remove(task)
            task[1](task[2])
        if self.due("flush", 1 / FLUSH_A_SECOND):
            self.flush()
        if self.due("clock", SECONDS["clock"]) and self.calm():
            self.publisher.send("clock", f'{{"time":"{now_text()}"}}', qos=0)
        if self.closing:
            return
        for what, act in (("board", self.board), ("notice", self.notice), ("urgent", self.urgent)):
            if self.due(what, SECONDS[what]):
                act()
        if self.calm() and self.due("bad", SECONDS["bad"]):
            self.send_bad()
        if self.due("call", self.chance.expovariate(self.rate / 60)):
            self.call()

    def close(self):
        """No more calls; what is open is ended by step()."""
        self.closing = True
        self.forgotten += self.at_counter.values()
        self.at_counter.clear()
        self.queue.send({"active": False}, "urgent")
