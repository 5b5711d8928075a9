#!/usr/bin/python3
"""An hour (or more) at ten times the rate of a busy hall: nothing may grow, nothing may be wrong.

Twelve calls a minute is a very busy hall; one voice says about ten a minute in one language. At ten
times that rate the voice cannot keep up, by far: it is meant to. soak_office.py sends the traffic,
with recalls, ends, boards, notices, urgent texts, bad messages and broker kills.

What is measured each 10 s is the display with its speech engine. The rule by which "flat" is judged,
over all samples after the first WARM_MINUTES:
  memory     all samples lie within SPREAD_KB; and after FILLED_MINUTES, when the journal's page cache
             is full as well, the line through the samples (Theil-Sen) rises by at most GROWTH_KB
             over the rest of the run. "anon" is the part of PSS that the program has allocated.
  fds        the same number at every sample that was taken while the broker was there
  threads    the same number at every sample
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import soak_curve
from parts import (PREFIX, PROGRAM, Broker, Hall, Publisher, Screen, mono_us, percentile, say, scratch,
                   table, verdict, wait_for)
from queue_system import QueueSystem
from soak_office import Office

SAMPLE_SECONDS = 10
WARM_MINUTES = 5
FILLED_MINUTES = 20     # at the common rate: 512 kB of journal take a quarter of an hour
GROWTH_KB = {"anon_kb": 128, "pss_kb": 512}
SPREAD_KB = {"anon_kb": 2048, "pss_kb": 4096}
FRESH_SECONDS = 10
SLACK_US = 1500000
BUNCH_US = 4000000      # around an outage: unsure messages are sent again, reconnecting takes a moment
SETTLED_SECONDS = 5     # after a loss or a connection, for sockets and threads
STATUS_SECONDS = 75     # the status comes each 60 s


# The journal's reasons why a call was not heard.
REASONS = (("over before", "over"), ("too many", "full"), ("too old when", "late"),
           ("grew too old", "outage"), ("did not work", "failed"))


class Watch:
    """What the display did, read from its trace as it grows and then forgotten."""

    def __init__(self, hall):
        self.hall = hall
        self.listed = {}        # ticket: when first seen
        self.first_said = {}    # (id, n): place in the order of speaking
        self.finished = {}      # (id, n, lang): how often to the end
        self.speaking = None    # the utterance that is with the voice
        self.other_hero = None  # a frame that showed another card meanwhile
        self.mismatches = []
        self.too_busy = set()   # (id, n) that the machine was too busy to play, not the display's fault
        self.urgent = False
        self.link_at, self.link_up = 0, True
        self.gaps = []          # [down, up] of each loss
        self.frames = self.utterances = 0

    def look(self):
        for record in self.hall.trace():
            handle = getattr(self, "on_" + record["what"], None)
            if handle:
                handle(record)
        self.hall.seen.clear()

    def on_shown(self, record):
        self.frames += 1
        self.urgent = bool(record["urgent"])
        for ticket in [*record["rows"], record["hero"]]:
            self.listed.setdefault(ticket, record["us"])
        spoken = self.speaking
        if spoken and spoken["ticket"] and not self.urgent and record["hero"] != spoken["ticket"]:
            self.other_hero = record["hero"]

    def on_speak(self, record):
        self.utterances += 1
        self.speaking, self.other_hero = record, None
        if record["kind"] in ("call", "recall"):
            self.first_said.setdefault((record["id"], record["n"]), len(self.first_said))

    def final(self, record):
        spoken = self.speaking
        if spoken is None or spoken["serial"] != record["serial"]:
            return
        self.speaking = None
        if record["what"] == "finished" and spoken["kind"] in ("call", "recall"):
            key = (spoken["id"], spoken["n"], spoken["lang"])
            self.finished[key] = self.finished.get(key, 0) + 1
            if self.other_hero is not None:
                self.mismatches.append(f"{spoken['ticket']} was said while the card showed "
                                       f"'{self.other_hero}'")

    on_finished = on_hushed = final

    def on_failed(self, record):
        if self.speaking and "too busy" in record["reason"]:
            self.too_busy.add((self.speaking["id"], self.speaking["n"]))
        self.final(record)

    def on_link(self, record):
        up = record["state"] == "up"
        if self.link_up and not up:
            self.gaps.append([record["us"], record["us"]])
        elif up and self.gaps and not self.link_up:
            self.gaps[-1][1] = record["us"]
        self.link_at, self.link_up = record["us"], up

    def in_gap(self, us):
        """Whether a message made at this moment came in a bunch after an outage."""
        return any(down - BUNCH_US <= us <= up + BUNCH_US for down, up in self.gaps)

    def settled(self):
        """Whether nothing has happened to the connection for a while."""
        return self.link_up and mono_us() - self.link_at > SETTLED_SECONDS * 1000000


def own_libraries(folder):
    """Copies of the libraries that the program is linked to. PSS shares the cost of a page among all
    who map it: with a library of its own, the display's PSS does not move because others come and go."""
    folder.mkdir()
    listed = subprocess.run(["ldd", str(PROGRAM)], capture_output=True, text=True, check=True).stdout
    for path in re.findall(r"=> (/\S+)", listed):
        shutil.copy(path, folder)
    return str(folder)


class Bench:
    """The display, its world, and the samples of it."""

    def __init__(self, folder, rate):
        self.folder = folder
        self.journal = folder / "journal.sqlite3"
        self.screen = Screen(folder)
        self.broker = Broker(folder, persistent=True).start()
        self.hall = Hall(folder, self.broker, self.screen,
                         ["hall.languages=en, uk", f"calls.fresh_s={FRESH_SECONDS}",
                          "broker.session_expiry_s=3600", f"journal.path={self.journal}"])
        os.environ["LD_LIBRARY_PATH"] = own_libraries(folder / "libraries")
        self.hall.start()
        del os.environ["LD_LIBRARY_PATH"]
        self.queue = QueueSystem(self.broker.port)
        self.queue.start()
        self.publisher = Publisher(self.broker, client_id="monitor")
        self.watch = Watch(self.hall)
        self.office = Office(self.queue, self.publisher, self.broker, rate)
        self.rows = []
        self.problems = []

    def status(self):
        payload = self.publisher.received.get(f"{PREFIX}/display/e2e/state/status")
        return json.loads(payload) if payload else None

    def sample(self):
        status = self.status() or {"voice": {"waiting": 0, "lag_ms": 0}, "calls": {}}
        calls = status["calls"]
        self.rows.append({
            "minute": round(self.office.seconds() / 60, 3), "made": len(self.office.made),
            **soak_curve.sample(self.hall.process.pid),
            "journal_kb": sum(path.stat().st_size for path in self.folder.glob("journal.sqlite3*")) // 1024,
            "waiting": status["voice"]["waiting"], "lag_ms": status["voice"]["lag_ms"],
            **{name: calls.get(name, 0) for name in ("received", "spoken", "unspoken", "stale",
                                                     "shed_repeats", "shed_languages", "listed")},
            "settled": int(self.watch.settled() and
                           self.office.seconds() - self.office.killed_at > SETTLED_SECONDS)})

    def run(self, minutes):
        next_sample = next_minute = 0
        while self.office.seconds() < minutes * 60:
            assert self.hall.process.poll() is None, "the hall ended: " + self.hall.log()[-500:]
            self.office.step()
            self.watch.look()
            if self.office.seconds() >= next_sample:
                next_sample += SAMPLE_SECONDS
                self.sample()
            if self.office.seconds() >= next_minute:
                next_minute += 60
                self.forget_sound()
                last = self.rows[-1]
                say(f"soak: minute {last['minute']:.0f}, {last['made']} calls, PSS {last['pss_kb']} kB, "
                    f"{last['fds']} fds, {last['threads']} threads, {last['waiting']} waiting")
            time.sleep(0.01)

    def forget_sound(self):
        """The recording of an hour is 700 MB, and nobody listens to it: only its end is kept."""
        sound = self.hall.loudspeaker.capture
        if sound.exists():
            soak_curve.punch(sound, max(0, sound.stat().st_size - 20000000))

    def drain(self):
        """Ends what is open, waits until nothing is to be said, and for a status that says so."""
        self.office.close()

        def quiet():
            self.office.step()
            self.watch.look()
            return (not self.office.forgotten and not self.queue.unsent and not self.queue.in_flight
                    and self.watch.speaking is None)
        wait_for(quiet, 120, "every call is ended and said")
        asked = self.status()["uptime_s"]

        def told():
            self.office.step()
            self.watch.look()
            return self.status()["uptime_s"] >= asked + 60 and self.watch.speaking is None
        wait_for(told, 2 * STATUS_SECONDS, "a status from after the last call")

    def stop(self):
        self.final_status = self.status()
        self.publisher.stop()
        self.queue.stop()
        try:
            self.hall.stop()
        except AssertionError as error:
            self.problems.append(str(error)[-600:])
        self.watch.look()
        self.broker.stop()
        self.screen.stop()


class Oracle:
    """Asks of each call what became of it: the trace, the journal and the status must agree."""

    def __init__(self, bench):
        self.bench, self.watch, self.office = bench, bench.watch, bench.office
        self.problems = bench.problems
        self.steps = {}     # (id, n): {step: [reason, ...]}
        self.came_us = {}   # (id, n): when it was received, by the wall clock
        self.begun_us = {}  # (id, n): when it was first heard
        self.ended_us = {}  # id: when its end was received
        self.latencies = []
        self.counted = dict.fromkeys(
            ("shown", "spoken", "cut", "over", "full", "late", "outage", "failed", "twice", "paged"), 0)

    def read_journal(self):
        answer = self.bench.hall.call("journal", "--since", "2020-01-01", "--format", "json")
        for record in json.loads(answer.stdout):
            if record["kind"] in ("call", "recall"):
                steps = self.steps.setdefault((record.get("id"), record["n"]), {})
                steps.setdefault(record["step"], []).append(record.get("reason", ""))
                if record["step"] == "shown":
                    self.latencies.append(record["latency_ms"])
                self.note_time(record)

    def note_time(self, record):
        when = datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00")).timestamp() * 1e6
        key = record.get("id"), record["n"]
        if record["step"] == "received":
            self.came_us[key] = when
        elif record["step"] == "heard":
            self.begun_us.setdefault(key, when)
        elif record["step"] == "ended":
            self.ended_us.setdefault(key[0], when)

    def judge(self):
        self.read_journal()
        said = {(i, n) for i, n, _ in self.watch.finished}
        for call in self.office.calls:
            if call.ticket not in self.watch.listed:
                self.judge_unseen(call)
        for key, (_, _, made_us) in self.office.made.items():
            self.judge_calling(key, made_us, key in said)
        self.judge_order()
        self.judge_counters()
        for key, times in self.watch.finished.items():
            if times > 1:
                self.counted["twice"] += 1
                self.problems.append(f"{key}: said {times} times to the end")
        self.problems += self.watch.mismatches

    def judge_unseen(self, call):
        """Never on the first page. A bunch after an outage fills more than one page, and while new
        calls come every half second the display never gets round to the others."""
        if self.watch.in_gap(self.office.made[call.id, 1][1]):
            self.counted["paged"] += 1
        else:
            self.problems.append(f"{call.ticket}: never shown")

    def judge_calling(self, key, made_us, said):
        steps = self.steps.get(key, {})
        reasons = " ".join(steps.get("not-heard", []))
        if "shown" not in steps or key not in self.came_us:
            self.problems.append(f"{key}: the journal does not know that it came and was shown: {steps}")
            return
        self.counted["shown"] += 1
        outcome = "spoken" if said else next((o for words, o in REASONS if words in reasons), "cut")
        self.counted[outcome] += 1
        age_us = self.came_us[key] - made_us
        late = FRESH_SECONDS * 1000000
        if age_us > late + SLACK_US and outcome != "late":
            self.problems.append(f"{key}: {age_us / 1e6:.1f} s old when it came, yet not too old: {outcome}")
        elif age_us < late - SLACK_US and outcome == "late":
            self.problems.append(f"{key}: {age_us / 1e6:.1f} s old when it came, taken for too old")
        elif outcome == "over" and self.office.silenced.get(key[0], 0) < key[1]:
            self.problems.append(f"{key}: taken for over, but nobody had ended it")
        elif self.begun_us.get(key, 0) > self.ended_us.get(key[0], float("inf")) + SLACK_US:
            self.problems.append(f"{key}: begun to be said after it had ended")
        elif outcome == "failed" and key not in self.watch.too_busy:
            self.problems.append(f"{key}: the voice did not work")
        elif outcome == "cut" and "heard" not in steps:
            self.problems.append(f"{key}: neither said nor told why not: {steps}")

    def judge_order(self):
        order = [self.office.made[key][0] for key in self.watch.first_said if key in self.office.made]
        late = sum(a > b for a, b in zip(order, order[1:]))
        if late:
            self.problems.append(f"said in another order than called, {late} times")

    def judge_counters(self):
        """The status must say what really happened, to the last call."""
        status = self.bench.final_status
        calls = status["calls"]
        not_said = self.counted["late"] + self.counted["outage"]
        for name, told, true in (
                ("calls.received", calls["received"], len(self.office.made)),
                ("calls.spoken", calls["spoken"], self.counted["spoken"]),
                ("calls.unspoken", calls["unspoken"], self.counted["full"] + self.counted["failed"]),
                ("calls.stale", calls["stale"], not_said),
                ("calls.missed", calls["missed"], 0),
                ("voice.waiting", status["voice"]["waiting"], 0),
                ("refused.dropped", status["refused"]["dropped"], 0),
                ("link.losses", status["link"]["losses"], len(self.watch.gaps))):
            if told != true:
                self.problems.append(f"status says {name} {told}, in truth {true}")
        for kind, true in self.office.refusals.items():
            if status["refused"][kind] != true:
                self.problems.append(f"status says refused.{kind} {status['refused'][kind]}, sent {true}")

    def rows(self):
        status, counted, office = self.bench.final_status, self.counted, self.office
        return [
            ("calls and recalls made", f"{len(office.made)} ({len(office.calls)} calls)"),
            ("shown, by the journal", counted["shown"]),
            ("  of these only on a later page, after an outage", counted["paged"]),
            ("latency of the list: median, p99, worst", ", ".join(
                f"{percentile(self.latencies, part):.0f} ms" for part in (0.5, 0.99, 1))),
            ("spoken to the end", counted["spoken"]),
            ("not: over before its turn (served, called anew)", counted["over"]),
            ("not: 256 were waiting already", counted["full"]),
            ("not: older than %d s when it came" % FRESH_SECONDS, counted["late"]),
            ("not: grew too old during an urgent text", counted["outage"]),
            ("not: the voice failed; of these on a machine too busy to play",
             f"{counted['failed']}; {len(self.watch.too_busy)}"),
            ("not to the end: cut by its end", counted["cut"]),
            ("said twice", counted["twice"]),
            ("second languages left out, repetitions left out",
             f"{status['calls']['shed_languages']}, {status['calls']['shed_repeats']}"),
            ("known already (sent again after a loss)", status["calls"]["duplicates"]),
            ("voice behind, at most", f"{max(r['lag_ms'] for r in self.bench.rows) / 1000:.0f} s, "
             f"{max(r['waiting'] for r in self.bench.rows)} waiting"),
            ("frames, utterances", f"{self.watch.frames}, {self.watch.utterances}"),
            ("bad messages, all refused", sum(office.refusals.values())),
            ("broker killed; notices; urgent texts",
             f"{office.outages}; {office.notices}; {office.urgents}")]


def judge_memory(rows, warm):
    """(table rows, problems) of PSS and anonymous memory. Too short a run is told and not judged: its
    memory is still being touched for the first time."""
    told, problems = [], []
    short = rows[-1]["minute"] < 2 * FILLED_MINUTES - 1
    steady = [r for r in rows if r["minute"] >= warm]
    filled = [r for r in rows if r["minute"] >= (warm if short else FILLED_MINUTES)]
    minutes = [r["minute"] for r in filled]
    lasts = minutes[-1] - minutes[0]
    for name in ("pss_kb", "anon_kb"):
        values = [r[name] for r in steady]
        spread = max(values) - min(values)
        growth = soak_curve.theil_sen(minutes, [r[name] for r in filled]) * lasts
        told.append((f"{name[:-3]}: median; max - min; growth in the last {lasts:.0f} minutes",
                     f"{statistics.median(values):.0f}; {spread}; {growth:+.0f} kB"))
        if growth > GROWTH_KB[name] and not short:
            problems.append(f"{name} rises by {growth:.0f} kB in {lasts:.0f} minutes")
        if spread > SPREAD_KB[name] and not short:
            problems.append(f"{name} spreads over {spread} kB")
    return told, problems


def judge_curve(rows, warm):
    """(table rows, problems) by the rule of the module's head."""
    told, problems = judge_memory(rows, warm)
    steady = [r for r in rows if r["minute"] >= warm]
    calm = [r for r in steady if r["settled"]]
    for name, samples in (("fds", calm), ("threads", steady)):
        counts = sorted({r[name] for r in samples})
        told.append((f"{name} in {len(samples)} samples", ", ".join(map(str, counts))))
        if len(counts) != 1:
            problems.append(f"{name} are not constant: {counts}")
    seconds = (steady[-1]["minute"] - steady[0]["minute"]) * 60
    cpu = (steady[-1]["cpu_s"] - steady[0]["cpu_s"]) / seconds
    told.append(("CPU, of one core", f"{100 * cpu:.1f} %"))
    return told, problems


COLUMNS = ("minute", "calls", "PSS kB", "anon kB", "engine", "fds", "thr", "CPU %", "switch/s",
           "journal kB", "wait", "lag s", "spoken", "unspoken", "stale", "shed", "listed")


def print_minutes(rows):
    """One line a minute: the last sample of it; CPU and context switches since the line before."""
    lasts = {int(r["minute"]): r for r in rows}
    lines, before = [COLUMNS], rows[0]
    for minute, r in sorted(lasts.items()):
        seconds = max((r["minute"] - before["minute"]) * 60, 1e-9)
        switches = sum(r[k] - before[k] for k in ("voluntary", "involuntary"))
        lines.append((minute, r["made"], r["pss_kb"], r["anon_kb"], r["engine_pss_kb"], r["fds"],
                      r["threads"], f"{100 * (r['cpu_s'] - before['cpu_s']) / seconds:.1f}",
                      f"{switches / seconds:.0f}", r["journal_kb"], r["waiting"],
                      f"{r['lag_ms'] / 1000:.0f}", r["spoken"], r["unspoken"], r["stale"],
                      r["shed_languages"], r["listed"]))
        before = r
    widths = [max(len(str(line[i])) for line in lines) for i in range(len(COLUMNS))]
    print()
    for line in lines:
        print("  " + "  ".join(f"{value:>{width}}" for value, width in zip(map(str, line), widths)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=120, help="calls a minute, without recalls")
    parser.add_argument("--csv", type=pathlib.Path, help="where each sample is written")
    arguments = parser.parse_args()
    bench = Bench(scratch("soak"), arguments.rate)
    try:
        bench.run(arguments.minutes)
        bench.drain()
    except AssertionError as error:
        bench.problems.append(str(error)[:600])
    bench.stop()
    oracle = Oracle(bench)
    oracle.judge()
    rows = bench.rows
    if arguments.csv:
        soak_curve.write_csv(arguments.csv, rows)
    print_minutes(rows)
    minutes = [r["minute"] for r in rows]
    soak_curve.chart("PSS of the display and its engine", minutes, [r["pss_kb"] / 1024 for r in rows], "MB")
    soak_curve.chart("anonymous memory of both", minutes, [r["anon_kb"] / 1024 for r in rows], "MB")
    warm = min(WARM_MINUTES, arguments.minutes / 2)
    told, problems = judge_curve(rows, warm)
    table(f"soak: {arguments.minutes:.0f} minutes at {arguments.rate:.0f} calls a minute", oracle.rows())
    table(f"after the first {warm:g} minutes", told)
    say(f"logs, trace and journal: {bench.folder}")
    return verdict(oracle.problems + problems)


if __name__ == "__main__":
    sys.exit(main())
