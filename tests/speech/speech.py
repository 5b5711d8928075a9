"""Asks build/tests/speech/spoken what the languages say of calls."""

import collections
import ctypes
import os
import pathlib
import re
import subprocess

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
BUILD = pathlib.Path(os.environ.get("HALLCALL_BUILD", SOURCE / "build")).resolve()
LANGUAGES = SOURCE / "config/languages"
# The engine whose phonemes stand in docs/calls.tsv; another one is held to the rules alone.
PAGE_VERSION = "1.51"

Segment = collections.namedtuple("Segment", "role pause_ms lasts_ms text phonemes")


def tags():
    return sorted(path.stem for path in LANGUAGES.glob("*.ini"))


def engine_version():
    library = ctypes.CDLL("libespeak-ng.so.1")
    library.espeak_Info.restype = ctypes.c_char_p
    return library.espeak_Info(None).decode().split(" ")[0]


def spoken(tag, calls, *options):
    """The segments of each (ticket, counter)."""
    asked = "".join(f"{ticket}\t{counter}\n" for ticket, counter in calls)
    done = subprocess.run([BUILD / "tests/speech/spoken", *options, LANGUAGES / f"{tag}.ini"], input=asked,
                          capture_output=True, text=True, env={**os.environ, "HALLCALL_BUILD": str(BUILD)})
    assert done.returncode == 0, f"{tag}: {done.stderr}"
    answers = [[segment_of(line) for line in answer.splitlines()]
               for answer in done.stdout.split("\n\n")[:-1]]
    assert len(answers) == len(calls), f"{tag}: {len(answers)} answers to {len(calls)} calls"
    return answers


def segment_of(line):
    role, pause_ms, lasts_ms, text, phonemes = line.split("\t")
    return Segment(role, int(pause_ms), int(lasts_ms), text, phonemes)


def values(tag):
    """(section, key, value) of a language file."""
    section = None
    for line in (LANGUAGES / f"{tag}.ini").read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, value = line.split(" = ", 1)
            yield section, key, value


def setting(tag, key):
    return next(value for section, name, value in values(tag) if (section, name) == ("language", key))


def runs(code):
    """A ticket as it is printed, cut into letters and digits: "3B" is ["3", "B"]."""
    return re.findall(r"[0-9]+|[^\W\d_]+", code)
