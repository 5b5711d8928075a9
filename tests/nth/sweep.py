#!/usr/bin/python3
"""Lets allocations and system calls of a hall fail one after the other, and judges each time.

For each kind of call (nthfail.c) it is counted how many there are in a start until the first call
was shown and heard, and in a reconnection; then the hall is run once for each of them, or for an
even choice, with that one failing. What must hold is in README.md. Prints a table and each place
where something failed; ends with 1 if a hall took it badly.
"""

import argparse
import collections
import json
import pathlib
import queue
import shutil
import signal
import sys
import threading
import time

from shorthall import COMPLAINTS, EVENT, KINDS, LIBRARY, ROLES, SANITIZED, SCOPES, Control, Place, end, mono_us

LIVE_S = 40 if SANITIZED else 15     # a hall is whole again within
STOP_S = 20 if SANITIZED else 3
EXIT_CODES = (1, 78)    # hallcall(1), EXIT STATUS
TICKET = "A107"
CALL = json.dumps({"id": "call-107", "n": 1, "ticket": TICKET, "counter": "3"})
EARLIER = json.dumps({"id": "call-106", "n": 1, "ticket": "A106", "counter": "5"})
PICTURE_TOP = 0.15      # above is the clock
JOURNAL_S = 200         # the call in it is marked as new in the picture for 300 s

# Failures inside a library that end the service without a crash, told as they should be: (kind, where).
LIBRARIES_OWN = {
    ("thread", "feed/paho.c:paho_connect"): "Paho does not look whether it got its threads",
}

Case = collections.namedtuple("Case", "phase role kind scope number")
Outcome = collections.namedtuple("Outcome", "case verdict site words")
VERDICTS = ("not reached", "whole", "told", "ended", "library", "WRONG")


def until(hall, condition, deadline):
    """Whether condition() came true in time. A hall that has ended comes to nothing more."""
    while True:
        if condition():
            return True
        if hall.process.poll() is not None or time.monotonic() >= deadline:
            return False
        time.sleep(0.01)


def link_up(hall, since_us=0):
    states = hall.trace("link")
    return bool(states) and states[-1]["state"] == "up" and states[-1]["us"] >= since_us


def heard(hall):
    """Whether words of the call were heard, not only its chime."""
    serials = {record["serial"] for record in hall.spoken() if record["ticket"] == TICKET}
    return any(record["serial"] in serials for record in hall.trace("segment"))


def shown(hall):
    pictures = hall.trace("shown")
    return bool(pictures) and pictures[-1]["rows"][:1] == [TICKET]


def status_troubles(place):
    """What the hall's own status says is not well."""
    payload = place.publisher.received.get(place.status_topic())
    if not payload:
        return ["no status"]
    status = json.loads(payload)
    journal = status["journal"]
    parts = {"link": status["link"]["up"], "voice": status["voice"]["well"], "screen": status["screen"]["well"],
             "journal": journal["kept"] and journal["well"]}
    return [f"status: {part}" for part, well in parts.items() if not well]


def live(hall, place, reference, since_us=0):
    """Sends a call to a hall that has just come up, or back, and answers what was missing."""
    deadline = time.monotonic() + LIVE_S
    until(hall, lambda: hall.trace("ready") and link_up(hall, since_us), deadline)
    until(hall, place.publisher.client.is_connected, deadline)
    if hall.process.poll() is not None:
        return []
    place.publisher.send(EVENT, CALL)
    missing = [] if until(hall, lambda: shown(hall), deadline) else ["call not shown"]
    patience = min(deadline, time.monotonic() + LIVE_S / 3)
    if not until(hall, lambda: heard(hall), patience):
        missing.append("call not heard")
    if reference is not None and not until(hall, lambda: place.screen.checksum(PICTURE_TOP) == reference, patience):
        missing.append("another picture")
    until(hall, lambda: not status_troubles(place), patience)
    return missing + status_troubles(place)


def ended_badly(code):
    """What is wrong with a hall that ended by itself, or nothing."""
    if code < 0:
        return f"died of {signal.Signals(-code).name}"
    return "" if code in EXIT_CODES else f"exit code {code}"


def library_fault(case, control, code, told):
    """What a library did wrong, if it was one: it crashed itself, or it is known and was told."""
    if code == -signal.SIGSEGV and control.crash():
        return f"crashed in {control.crash()}"
    where = control.site().rpartition(":")[0]
    return LIBRARIES_OWN.get((case.kind, where), "") if code == 0 and told and case.scope == "any" else ""


def judge(case, hall, control, missing, usual):
    """Stops the hall and says how it took the failure."""
    alive = hall.process.poll() is None
    begun = time.monotonic()
    code = end(hall.process, STOP_S)
    slow = time.monotonic() - begun > STOP_S
    told = sorted(collections.Counter(hall.told()) - usual)
    complaint = COMPLAINTS.search(hall.log())
    wrong = ""
    if complaint:
        wrong = complaint.group(0)
    elif not alive:
        wrong = ended_badly(code) or ("" if told else "ended without a word")
    elif slow or code != 0:
        wrong = f"does not stop (exit code {code})"
    elif "call not shown" in missing:
        wrong = "call not shown"
    elif missing and not told:
        wrong = "in silence: " + ", ".join(missing)
    library = library_fault(case, control, code, told)
    if library:
        return Outcome(case, "library", control.site(), library)
    verdict = "WRONG" if wrong else "ended" if not alive else "told" if told or missing else "whole"
    if control.failed == 0 and verdict == "whole":
        verdict = "not reached"
    words = wrong if wrong else ", ".join(missing)
    return Outcome(case, verdict, control.site() if control.failed else "", f"{words} | {'; '.join(told[:2])}")


def lose_broker(place):
    """Returns when a new connection can be made, with the time of the loss."""
    lost_us = mono_us()
    place.broker.kill()
    place.broker.start()
    return lost_us


class Sweep:
    """What all cases share: how a hall looks to which nothing happens."""

    def __init__(self):
        self.lock = threading.Lock()
        self.journal = None
        self.journal_made = 0
        self.pictures = {"start": None, "reconnect": None}
        self.usual = {"start": collections.Counter(), "reconnect": collections.Counter()}
        self.counts = {}

    def journal_to_restore(self, place):
        """The folder of a journal with a call in it, made anew before that call looks old."""
        with self.lock:
            if self.journal is None or time.monotonic() - self.journal_made > JOURNAL_S:
                hall = place.hall(Control(place.folder / f"control-journal-{place.number}"))
                hall.start()
                place.publisher.send(EVENT, EARLIER)
                hall.wait("finished", 30)
                end(hall.process)
                self.journal, self.journal_made = hall.folder, time.monotonic()
            return self.journal

    def run(self, place, case, control):
        """One hall, with one failure or (number 0) none. Leaves what was counted in control."""
        hall = place.hall(control, self.journal_to_restore(place))
        since_us = 0
        if case.phase == "start":
            control.arm(case.kind, case.scope, case.number)
        hall.start(ready=False)
        if case.phase == "reconnect":
            if not until(hall, lambda: hall.trace("ready", "link") and link_up(hall), time.monotonic() + LIVE_S):
                return hall, ["never came up"]
            control.arm(case.kind, case.scope, case.number)
            since_us = lose_broker(place)
        return hall, live(hall, place, self.pictures[case.phase], since_us)

    def judged(self, place, case):
        control = Control(place.folder / f"control-{place.number}", case.role)
        hall, missing = self.run(place, case, control)
        return judge(case, hall, control, missing, self.usual[case.phase])

    def learn(self, place):
        """The picture, the log and the counts without a failure."""
        for phase in ("start", "reconnect"):
            for role in ROLES:
                control = Control(place.folder / f"control-{phase}-{role}", role)
                hall, missing = self.run(place, Case(phase, role, "alloc", "any", 0), control)
                assert not missing, f"{phase} without a failure: {missing}\n{hall.log()}"
                self.pictures[phase] = place.screen.checksum(PICTURE_TOP)
                self.counts[phase, role] = {scope: control.counts(scope) for scope in SCOPES}
                assert end(hall.process) == 0, hall.log()
                self.usual[phase] |= collections.Counter(hall.told())

    def cases(self, phases, roles, kinds, most):
        """Each call once, or so many of a kind as most says for the scope (0: all; scopes that it
        does not name are left out). Libraries' calls where there are others than our own."""
        return [Case(phase, role, kind, scope, number)
                for (phase, role), counts in self.counts.items() if phase in phases and role in roles
                for scope in most
                for kind in kinds if scope == "own" or counts["any"][kind] > counts["own"][kind]
                for number in choose(counts[scope][kind], most[scope])]


def choose(count, most):
    """1 to count, or an even choice of them."""
    if most == 0 or count <= most:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)}) if most > 1 else [1]


def work(sweep, place, waiting, outcomes):
    while True:
        try:
            case = waiting.get_nowait()
        except queue.Empty:
            return
        outcomes.append(sweep.judged(place, case))
        if outcomes[-1].verdict == "WRONG":
            print(f"  WRONG: {line(outcomes[-1])}", flush=True)


def line(outcome):
    case = outcome.case
    return (f"{case.phase} {case.role} {case.kind} {case.scope} {case.number}: {outcome.words} "
            f"[{outcome.site}]")


def make_places(folder, lanes):
    """Anew: what an earlier sweep left there is removed."""
    for old in folder.glob("lane-*"):
        shutil.rmtree(old)
    return [Place(folder / f"lane-{number}") for number in range(lanes)]


def run_all(sweep, places, cases):
    waiting = queue.SimpleQueue()
    for case in cases:
        waiting.put(case)
    outcomes = []
    lanes = [threading.Thread(target=work, args=(sweep, place, waiting, outcomes)) for place in places]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    return outcomes


def print_table(sweep, outcomes):
    tally = collections.Counter((o.case[:4], o.verdict) for o in outcomes)
    print(f"\n{'phase':10} {'in':7} {'kind':8} {'calls of':9} {'calls':>7} " +
          " ".join(f"{verdict:>11}" for verdict in VERDICTS))
    for key in sorted({o.case[:4] for o in outcomes},
                      key=lambda k: (k[0] != "start", ROLES.index(k[1]), -SCOPES.index(k[3]), KINDS.index(k[2]))):
        phase, role, kind, scope = key
        count = sweep.counts[phase, role][scope][kind]
        print(f"{phase:10} {role:7} {kind:8} {'ours' if scope == 'own' else 'all':9} {count:7} " +
              " ".join(f"{tally[key, verdict]:11}" for verdict in VERDICTS))


def print_sites(outcomes):
    sites = collections.defaultdict(list)
    for outcome in outcomes:
        if outcome.verdict in ("told", "ended", "library", "WRONG"):
            sites[outcome.site, outcome.case.kind, outcome.verdict].append(outcome.words)
    for (site, kind, verdict), words in sorted(sites.items()):
        print(f"  {verdict:7} {kind:8} {site}: {len(words)} times, e.g. {words[0]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="for logs and traces")
    parser.add_argument("--phase", nargs="+", default=["start", "reconnect"], choices=["start", "reconnect"])
    parser.add_argument("--role", nargs="+", default=["hall"], choices=ROLES)
    parser.add_argument("--kind", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--own", type=int, default=0, help="so many of our own calls of a kind; 0: all")
    parser.add_argument("--any", type=int, default=20, help="so many of all calls of a kind; 0: all; -1: none")
    parser.add_argument("--lanes", type=int, default=3, help="halls at a time")
    arguments = parser.parse_args()
    assert LIBRARY.exists(), f"{LIBRARY} was not built"
    most = {scope: number for scope, number in (("own", arguments.own), ("any", arguments.any)) if number >= 0}
    places = make_places(arguments.folder, arguments.lanes)
    try:
        sweep = Sweep()
        sweep.learn(places[0])
        cases = sweep.cases(arguments.phase, arguments.role, arguments.kind, most)
        print(f"{len(cases)} halls", flush=True)
        outcomes = run_all(sweep, places, cases)
    finally:
        for place in places:
            place.stop()
    print_table(sweep, outcomes)
    print_sites(outcomes)
    wrong = sum(outcome.verdict == "WRONG" for outcome in outcomes)
    print(f"{len(outcomes)} halls, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
