#!/usr/bin/python3
"""Runs the test suites named and ends with one line: "N passed, N failed".

Suites: units (cmocka programs), threads and sound (those of them that
wait for threads, or listen to what is played), replay (each fuzz target
over its corpus), sim (simulated halls), goldens (the golden pictures, pixel by pixel), lint (its fast
parts), speech, speech-slow (pytest, what the voices say), pictures (pytest, what is seen of drawn
frames), package, package-slow (pytest, the units and the Debian package), vm (pytest, the package in a
virtual machine), e2e, e2e-aside, e2e-smoke, e2e-slow (pytest). They run one after another, but threads
and e2e-aside beside those that compute. After these the sound and the files of e2e run two at a time:
they wait for speech nearly all their time. Last what must have the machine for itself.

With --runner the programs of units, replay, sim and goldens were built for another processor: each is
started by that emulator and has SLOWER times as long, --without names the tests that cannot work so,
and with --twin the simulator must tell the same stories as the one built for this processor.

Every program that should exist is expected: one that is missing, crashes, hangs or dies half-way
counts as failed, and so does a skipped test, because a test that did not run proves nothing; only
those that need namespaces may be left out, by name, where the kernel does not permit them. What a
suite printed is shown when something in it failed, and kept in BUILD/test-logs/ in any case.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", ".")).resolve()
THREADED = ("test_link", "test_link_old", "test_inbox", "test_journal", "test_journal_trouble")
LISTENING = ("test_voice", "test_outputs")
UNIT_SECONDS = 120
TSAN_SLOWER = 3  # a unit that speaks, with ThreadSanitizer
REPLAY_SECONDS = 120
LINT_SECONDS = 120
SIM_SEEDS = 2000
SIM_SECONDS = 300
RENDER_SECONDS = 60
SLOWER = 10  # an emulated program, at most
EXCUSE = "no namespaces here"  # tests/chaos/namespaces.py
ASIDE = ("threads", "e2e-aside")  # they wait more than they compute, and nothing in them is late when others compute
PAIRED = ("sound", "e2e")  # a hall that speaks leaves more than nine tenths of a processor to another
ALONE = ("e2e-smoke", "e2e-slow", "speech-slow", "package-slow", "vm")
# Each suite of pytest: folder, which tests, deadline in seconds.
PYTEST = {
    "speech": ("tests/speech", "not slow", 300),
    "pictures": ("tests/pictures", "not slow", 600),
    "speech-slow": ("tests/speech", "slow", 5400),
    "package": ("tests/package", "not slow", 120),
    "package-slow": ("tests/package", "slow", 1800),
    "vm": ("tests/vm", "slow", 28800),
    "e2e": ("tests/e2e", "not slow and not aside", 900),
    "e2e-aside": ("tests/e2e", "not slow and aside", 600),
    "e2e-smoke": ("tests/e2e", "smoke", 180),
    "e2e-slow": ("tests/e2e", "slow", 5400),
}
PYTEST_COMMAND = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


class Place:
    """Where the programs are, and how they are started."""

    def __init__(self, arguments):
        self.build = arguments.build
        self.twin = arguments.twin
        self.seeds = arguments.seeds
        self.runner = arguments.runner.split()
        self.logs = self.build / "test-logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        lines = arguments.without.read_text().splitlines() if arguments.without else []
        self.without = dict(line.split("\t") for line in lines if line and not line.startswith("#"))

    def run(self, program, arguments, log, seconds):
        """Returns exit code or None, output, and what the verdict was in words."""
        seconds *= SLOWER if self.runner else 1
        code, output = run_logged([*self.runner, str(program), *arguments], self.logs / log, seconds)
        return code, output, verdict_words(code, seconds)


class Tally:
    """What passed and what failed, over all suites."""

    def __init__(self):
        self.not_run = 0
        self.passed = 0
        self.failed = 0
        self.names = []
        self.lock = threading.Lock()

    def add(self, name, passed, failed, seconds, why="", details=()):
        """Counts, and prints what is to be known: lines of details first."""
        verdict = "ok" if failed == 0 else "FAILED"
        line = f"{verdict:6} {name}: {passed} passed, {failed} failed, {seconds:.1f} s {why}".rstrip()
        with self.lock:
            self.passed += passed
            self.failed += failed
            if failed:
                self.names.append(name)
            sys.stdout.writelines(f"    {detail}\n" for detail in details)
            print(line, flush=True)

    def leave_out(self, name, why):
        tests = len(re.findall(r"cmocka_unit_test\w*\(", (SOURCE / f"tests/unit/{name}.c").read_text()))
        self.not_run += tests
        print(f"not run {name}: {tests} tests ({why})", flush=True)


def run_logged(command, log, seconds):
    """Runs in a session of its own with a deadline; returns (exit code or None, output)."""
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=SOURCE,
                                   stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = None
        # Children of a crashed test (a broker, an engine) must not disturb the next one.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    return code, pathlib.Path(log).read_text(errors="replace")


def verdict_words(code, seconds):
    if code is None:
        return f"(hung for {seconds} s, killed)"
    if code < 0:
        return f"(died of {signal.Signals(-code).name})"
    return f"(exit code {code})" if code else ""


def cmocka_counts(output, code):
    """Passed and failed of one program. What was planned and did not pass has failed."""
    planned = sum(int(n) for n in re.findall(r"^\[=+\] (?:\S+: )?Running (\d+) test", output, re.M))
    passed = sum(int(n) for n in re.findall(r"^\[  PASSED  \] (\d+) test", output, re.M))
    if planned == 0:
        return (1, 0) if code == 0 else (0, 1)
    failed = planned - passed
    if code != 0 and failed == 0:
        failed = 1
    return passed, failed


def run_unit(name, place, tally):
    began = time.monotonic()
    program = place.build / "tests/unit" / name
    if name in place.without:
        tally.leave_out(name, place.without[name])
        return
    if not program.exists():
        tally.add(name, 0, 1, 0, "(was not built)")
        return
    seconds = UNIT_SECONDS * (TSAN_SLOWER if place.build.name == "tsan" else 1)
    code, output, words = place.run(program, [], f"{name}.log", seconds)
    passed, failed = cmocka_counts(output, code)
    tally.add(name, passed, failed, time.monotonic() - began, words, tail(output) if failed else ())


def tail(output, lines=60):
    return output.splitlines()[-lines:]


def suite_units(place, tally):
    names = sorted(path.stem for path in (SOURCE / "tests/unit").glob("test_*.c"))
    if not names:
        tally.add("units", 0, 1, 0, "(no tests/unit/test_*.c)")
    for name in names:
        if name not in THREADED + LISTENING:
            run_unit(name, place, tally)
    for name in {*place.without, *THREADED, *LISTENING} - set(names):
        tally.add(name, 0, 1, 0, "(named in a list, and there is no such test)")


def suite_threads(place, tally):
    for name in THREADED:
        run_unit(name, place, tally)


def suite_sound(place, tally):
    for name in LISTENING:
        run_unit(name, place, tally)


def suite_replay(place, tally):
    for path in sorted((SOURCE / "tests/fuzz").glob("fuzz_*.c")):
        target = path.stem.removeprefix("fuzz_")
        began = time.monotonic()
        corpus = sorted(str(p) for p in (SOURCE / "tests/fuzz/corpus" / target).glob("*") if p.is_file())
        program = place.build / "tests/fuzz" / f"replay_{target}"
        if not corpus or not program.exists():
            why = "(has no corpus)" if program.exists() else "(was not built)"
            tally.add(f"replay {target}", 0, 1, 0, why)
            continue
        code, output, words = place.run(program, corpus, f"replay_{target}.log", REPLAY_SECONDS)
        words = words or f"({output.splitlines()[-1]})"
        tally.add(f"replay {target}", int(code == 0), int(code != 0), time.monotonic() - began, words,
                  tail(output) if code != 0 else ())


def suite_lint(place, tally):
    began = time.monotonic()
    command = [sys.executable, "tests/lint/house.py", "--build", str(place.build)]
    code, output = run_logged(command, place.logs / "lint.log", LINT_SECONDS)
    rules = re.findall(r"^(ok|FAILED) +(\S+)", output, re.M)
    passed = sum(verdict == "ok" for verdict, _ in rules)
    failed = sum(verdict == "FAILED" for verdict, _ in rules)
    if code != 0 and failed == 0:
        failed = 1
    tally.add("lint", passed, failed, time.monotonic() - began, details=tail(output) if failed else ())


def suite_pytest(name, place, tally):
    run_pytest(name, PYTEST[name], place, tally)


def run_pytest(name, which, place, tally):
    began = time.monotonic()
    results = place.logs / f"{name.replace(' ', '-')}.xml"
    results.unlink(missing_ok=True)
    path, marks, seconds = which
    command = [*PYTEST_COMMAND, "-m", marks, "--durations=10", f"--junitxml={results}", path]
    code, output = run_logged(command, results.with_suffix(".log"), seconds)
    passed, failed, excuses = junit_counts(results)
    if code != 0 and failed == 0:
        failed = 1
    details = tail(output, 120) if failed else []
    details += [f"not run: {excuse}" for excuse in excuses] + re.findall(r"^FIGURE .*", output, re.M)
    tally.add(name, passed, failed, time.monotonic() - began, verdict_words(code, seconds), details)


def files_of(name, place, tally):
    """The files in which a suite has tests."""
    folder, marks, seconds = PYTEST[name]
    command = [*PYTEST_COMMAND, "--collect-only", "-m", marks, folder]
    code, output = run_logged(command, place.logs / f"{name}-files.log", seconds)
    found = sorted(set(re.findall(r"^(\S+\.py)::", output, re.M)))
    if code != 0 or not found:
        tally.add(f"{name}, its files", 0, 1, 0, verdict_words(code, seconds) or "(none)", tail(output))
        return []
    return [f"{folder}/{file}" for file in found]


def junit_counts(path):
    """Passed, failed, and why tests were not run that need what only a kernel can permit."""
    if not path.exists():
        return 0, 1, []
    passed = failed = 0
    excuses = []
    for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
        excused = [skip.get("message") for skip in suite.iter("skipped")
                   if skip.get("message", "").startswith(EXCUSE)]
        total = int(suite.get("tests")) - len(excused)
        bad = sum(int(suite.get(kind)) for kind in ("failures", "errors", "skipped")) - len(excused)
        # An error at teardown comes on top of the test's own verdict.
        passed += max(0, total - bad)
        failed += bad
        excuses += excused
    return passed, failed if passed + failed else 1, excuses


def stories(output):
    """What the simulator's last line says of what happened, without how long it took."""
    found = re.search(r"^sim: (\d+ seeds, .*, digest [0-9a-f]{16}),", output, re.M)
    return found.group(1) if found else "no digest"


def suite_sim(place, tally):
    """Simulated halls: one verdict over all seeds; the story of a failing one is in the log."""
    began = time.monotonic()
    wishes = ["--seeds", str(place.seeds)]
    code, output, words = place.run(place.build / "tests/sim/sim", wishes, "sim.log", SIM_SECONDS)
    words = words or f"({output.splitlines()[-1]})"
    tally.add("sim", int(code == 0), int(code != 0), time.monotonic() - began, words,
              tail(output) if code != 0 else ())
    if place.twin is None:
        return
    began = time.monotonic()
    command = [str(place.twin / "tests/sim/sim"), *wishes]
    _, other = run_logged(command, place.logs / "sim-twin.log", SIM_SECONDS)
    same = stories(output) == stories(other) != "no digest"
    tally.add("sim, the same stories as here", int(same), int(not same), time.monotonic() - began,
              f"({stories(output)}; here: {stories(other)})")


def golden_command(words, program, picture):
    """The command of tests/golden/update.sh for one line of tests/golden/list."""
    name, view, size, layout, diagonal, distance, theme, _ = words
    sets = {"theme": SOURCE / f"config/themes/{theme}.ini", "layout": layout,
            "counters": "4" if layout == "counter" else "", "diagonal_in": diagonal, "viewing_distance_m": distance}
    return [str(program), "render", "--config", "/dev/null", str(SOURCE / f"tests/golden/{view}.json"), "--size", size,
            "--scene", "--output", str(picture), *(word for key, value in sets.items()
                                                  for word in ("--set", f"display.{key}={value}"))]


def golden_fault(name, scene, picture, pixels):
    """What differs from the golden files, or nothing."""
    import PIL.Image
    import PIL.ImageChops
    if scene != (SOURCE / f"tests/golden/{name}.scene").read_text():
        return "the scene differs"
    if not pixels:
        return ""
    with PIL.Image.open(picture) as drawn, PIL.Image.open(SOURCE / f"tests/golden/{name}.png") as golden:
        if drawn.size != golden.size or drawn.mode != golden.mode:
            return "the picture is of another kind"
        box = PIL.ImageChops.difference(drawn.convert("RGB"), golden.convert("RGB")).getbbox()
        return f"pixels differ within {box}" if box else ""


def suite_goldens(place, tally):
    """Each picture drawn by the program must have the very pixels of the golden one."""
    os.environ["HALLCALL_SHARE"] = str(SOURCE)
    for line in (SOURCE / "tests/golden/list").read_text().splitlines():
        began = time.monotonic()
        words = line.split()
        picture = place.logs / f"golden-{words[0]}.png"
        command = golden_command(words, place.build / "hallcall", picture)
        code, output, why = place.run(command[0], command[1:], f"golden-{words[0]}.log", RENDER_SECONDS)
        why = why or golden_fault(words[0], output, picture, words[-1] == "pixels")
        tally.add(f"golden {words[0]}", int(not why), int(bool(why)), time.monotonic() - began, why)
        picture.unlink(missing_ok=True)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--runner", default="", help="starts programs of another processor")
    parser.add_argument("--without", type=pathlib.Path, help="tests that cannot work there: name, tab, reason")
    parser.add_argument("--twin", type=pathlib.Path, help="a build for this processor, for comparison")
    parser.add_argument("--seeds", type=int, default=SIM_SEEDS, help="of the simulator")
    parser.add_argument("suites", nargs="+", choices=[*PLAIN, *PYTEST])
    return parser.parse_args()


PLAIN = {"units": suite_units, "threads": suite_threads, "sound": suite_sound, "replay": suite_replay,
         "sim": suite_sim, "goldens": suite_goldens, "lint": suite_lint}


def run_suites(suites, place, tally):
    for suite in suites:
        if suite in PLAIN:
            PLAIN[suite](place, tally)
        else:
            suite_pytest(suite, place, tally)


def run_aside(suites, place, tally):
    """Those that wait have a lane of their own."""
    with concurrent.futures.ThreadPoolExecutor(1) as lane:
        aside = lane.submit(run_suites, [suite for suite in suites if suite in ASIDE], place, tally)
        run_suites([suite for suite in suites if suite not in ASIDE], place, tally)
        aside.result()


def run_paired(suites, place, tally):
    jobs = []
    for suite in suites:
        if suite in PLAIN:
            jobs.append((PLAIN[suite], place, tally))
        else:
            jobs += [(run_pytest, f"{suite} {pathlib.Path(file).stem}", (file, *PYTEST[suite][1:]), place, tally)
                     for file in files_of(suite, place, tally)]
    with concurrent.futures.ThreadPoolExecutor(2) as lanes:
        for done in [lanes.submit(*job) for job in jobs]:
            done.result()


def run_in_lanes(suites, place, tally):
    """What computes and what waits, then what listens, then what must have the machine for itself."""
    run_aside([suite for suite in suites if suite not in PAIRED + ALONE], place, tally)
    run_paired([suite for suite in suites if suite in PAIRED], place, tally)
    run_suites([suite for suite in suites if suite in ALONE], place, tally)


def main():
    arguments = read_arguments()
    place = Place(arguments)
    tally = Tally()
    run_in_lanes(arguments.suites, place, tally)
    for name in tally.names:
        print(f"failed: {name}")
    if tally.not_run:
        print(f"{tally.not_run} not run")
    print(f"{tally.passed} passed, {tally.failed} failed", flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
