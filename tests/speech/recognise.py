#!/usr/bin/python3
"""What a recogniser understands of English calls: `make recognise`.

Calls are spoken by `hallcall speak` into files, given a little noise (a recogniser's front end
cannot work on digital silence) and recognised by pocketsphinx with Debian's American English model
and a grammar of tickets and counters. Two sets of letters, those that do not rhyme and rhyming ones,
each in four ways:

- `own`: English as hallcall brings it along, with the voice and rate of en.ini; with letters that do
  not rhyme it is gated
- `gb`: the same in the engine's British voice, which the model does not know
- `rms`: that voice of flite, made from a person's recordings, speaking the same segments with the same
  pauses: what a bank of recorded clips can be expected to reach
- `brief`: the first, as it is said while many wait

It proves that the words, their order, their beginnings and ends and the pauses are right, and compares
voices and templates. It is no measure of what people understand: the model has trouble with letters
that begin with a stop (B, D) even in clean speech.

`make check-slow` gates 60 calls of the first kind (test_recognised.py), as tightly as 60 allow. `make
check` has none of it: what is said is proved there from the phonemes (test_round_trip.py), in every
language.

The table goes to standard output and, with --write, to tests/golden/recognised.md, which docs/voices.md
includes. Exit code 1 when a gate is missed.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import wave

import numpy

from speech import BUILD, LANGUAGES, SOURCE
from tables import RECOGNISED

MODEL = pathlib.Path("/usr/share/pocketsphinx/model/en-us")
RATE_HZ = 16000
PROGRAM_RATE_HZ = 48000
NOISE_LSB = 40.0  # sigma: the noise floor of a quiet recording
LEAD_S = 0.4      # of noise alone, before and after
BRIEF_CHIME_S = 0.5  # with a part of the pause behind it; not for the recogniser
DISTINCT = "AFHKLMRX"
RHYMING = "ABCDEF"
COUNTERS = 12
NUMBER_END = 1000
CALLS = 300
BRITISH = {"voice": "gmw/en", "rate": "150"}
VOICES = {"own": "eSpeak NG, as `en.ini` is", "gb": "eSpeak NG, British", "rms": "flite `rms`",
          "brief": "the first, in brief, while many wait"}
GATES = {"number": 0.97, "counter": 0.98, "call": 0.95}
UNITS = "oh one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SEED = 20261122


# --- the grammar and the words ----------------------------------------------------------------------

def alternatives(words):
    return "(" + " | ".join(words) + ")"


GRAMMAR = f"""#JSGF V1.0;
grammar call;
<unit> = {alternatives(UNITS[1:])};
<pair> = {alternatives(TEENS)} | {alternatives(TENS)} [<unit>];
<number> = <unit> | <pair> | <unit> hundred | <unit> oh <unit> | <unit> <pair>;
<counter> = {alternatives(UNITS[1:] + TEENS[:3])};
public <call> = """
CALL = "ticket <letter> <number> please go to counter <counter>"
BRIEF = "<letter> <number> counter <counter>"
WORDS = [*UNITS, *TEENS, *TENS, "hundred", "ticket", "please", "go", "to", "counter"]


def dictionary(letters):
    """The model's own pronunciations; a letter has its name alone, not the article's, and the hall's
    pause behind it. (Else "K, 46" is taken for "K 8 46": the one vowel for two, the pause for a t.)"""
    lines = []
    for line in (MODEL / "cmudict-en-us.dict").read_text().splitlines():
        word, sounds = line.split(" ", 1)
        plain = re.sub(r"\(\d\)$", "", word)
        if plain in WORDS:
            lines.append(line)
        elif plain.upper() in letters and len(plain) == 1 and (word, sounds) != ("a", "AH"):
            lines.append(f"letter_{plain} {sounds} SIL")
    return "\n".join(lines) + "\n"


def value(words):
    """"one oh seven", "one forty two", "two hundred" as a number."""
    if words[-1] == "hundred":
        return 100 * UNITS.index(words[0])
    if len(words) > 1 and words[0] in UNITS:
        return 100 * UNITS.index(words[0]) + value(words[1:])
    if len(words) > 1 and words[0] == "oh":
        return value(words[1:])
    if words[0] in TENS:
        return 20 + 10 * TENS.index(words[0]) + (value(words[1:]) if len(words) > 1 else 0)
    return 10 + TEENS.index(words[0]) if words[0] in TEENS else UNITS.index(words[0])


def heard(words):
    """(letter, number, counter), or None when nothing was recognised."""
    found = re.fullmatch(r"(?:ticket )?letter_(\w) (.+?) (?:please go to )?counter (\w+)", words)
    return found and (found[1].upper(), value(found[2].split()), value([found[3]]))


# --- sound -------------------------------------------------------------------------------------------

def low_pass(cut_hz, rate_hz, taps=255):
    """Windowed sine cardinal."""
    at = numpy.arange(taps) - taps // 2
    shape = numpy.sinc(2 * cut_hz / rate_hz * at) * numpy.blackman(taps)
    return shape / shape.sum()


def read_wave(path):
    """Mono samples at RATE_HZ."""
    with wave.open(str(path)) as file:
        frames = numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16).reshape(-1, file.getnchannels())
        rate_hz = file.getframerate()
    mono = frames[:, 0].astype(float)
    if rate_hz == PROGRAM_RATE_HZ:
        mono = numpy.convolve(mono, low_pass(0.45 * RATE_HZ, rate_hz), "same")[::PROGRAM_RATE_HZ // RATE_HZ]
        rate_hz = RATE_HZ
    assert rate_hz == RATE_HZ, f"{path}: {rate_hz} Hz"
    return mono


def british(folder):
    """A share folder in which English has the other accent."""
    share = folder / "british"
    (share / "languages").mkdir(parents=True)
    for name in ("sounds", "fonts"):
        (share / name).symlink_to(SOURCE / name)
    text = (LANGUAGES / "en.ini").read_text()
    for key, value_ in BRITISH.items():
        text, changed = re.subn(rf"^{key} = .*$", f"{key} = {value_}", text, flags=re.M)
        assert changed == 1
    (share / "languages/en.ini").write_text(text)
    return share


def speak(ticket, counter, share, path, chime="none"):
    """The call as a hall says it, and its segments as (pause in ms, words)."""
    done = subprocess.run([BUILD / "hallcall", "speak", ticket, "--counter", counter, "--chime", chime, "--config",
                           "/dev/null", "--set", "hall.languages=en", "--explain", "--output", path],
                          capture_output=True, text=True, check=True,
                          env={**os.environ, "HALLCALL_SHARE": str(share)})
    return [(int(pause), words) for pause, words in
            re.findall(r"^ *[\d.]+ +[\d.]+ +(\d+)  \w+ +(.*?)  /", done.stdout, re.M)]


def clip(words, folder):
    """What flite says for a segment, its silence at both ends cut off, at the level of the hall's voice."""
    path = folder / (re.sub(r"\W", "_", words) + ".clip.wav")
    if not path.exists():
        subprocess.run(["flite", "-voice", "rms", "-t", words, "-o", path], check=True)
    sound = read_wave(path)
    loud = numpy.flatnonzero(numpy.abs(sound) > 200)
    return sound[max(0, loud[0] - 160):loud[-1] + 160]


def joined(segments, folder):
    parts = [part for pause_ms, words in segments
             for part in (numpy.zeros(pause_ms * RATE_HZ // 1000), clip(words, folder))]
    return numpy.concatenate(parts)


def levelled(sound, like):
    """The same loudness in the parts that are loud."""
    def level(samples):
        return numpy.sqrt(numpy.mean(samples[numpy.abs(samples) > 200] ** 2))
    return sound * (level(like) / level(sound))


def with_noise(sound, chance):
    lead = numpy.zeros(int(LEAD_S * RATE_HZ))
    whole = numpy.concatenate([lead, sound, lead])
    whole += chance.normal(0.0, NOISE_LSB, len(whole))
    return numpy.clip(whole, -32768, 32767).astype("<i2")


# --- one set of calls --------------------------------------------------------------------------------

def random_calls(letters, count):
    chance = random.Random(f"{SEED} {letters}")
    return [(chance.choice(letters), chance.randrange(1, NUMBER_END), chance.randint(1, COUNTERS))
            for _ in range(count)]


def record(folder, name, call, number, shares):
    """A file of one call for each voice, by hallcall from its share folder, or by flite where it has none, with the segments
    and the loudness of the voice before it."""
    letter, value_, counter = call
    path = folder / f"{name}-{number}.wav"
    chance = numpy.random.default_rng([SEED, number])
    for voice, share in shares.items():
        if share is None:
            sound = levelled(joined(segments, folder), sound)
        elif voice == "brief":
            speak(f"{letter}{value_}", str(counter), share, path, chime="brief")
            sound = read_wave(path)[int(BRIEF_CHIME_S * RATE_HZ):]
        else:
            segments = speak(f"{letter}{value_}", str(counter), share, path)
            sound = read_wave(path)
        with_noise(sound, chance).tofile(folder / f"{name}-{voice}-{number}.raw")
    path.unlink()


def recognise(folder, name, letters, count, call):
    """What was heard in the files name-0 to name-(count-1)."""
    names = alternatives(f"letter_{letter.lower()}" for letter in letters)
    (folder / f"{name}.gram").write_text(f"{GRAMMAR}{call};\n<letter> = {names};\n")
    (folder / f"{name}.dict").write_text(dictionary(letters))
    (folder / f"{name}.ctl").write_text("".join(f"{name}-{i}\n" for i in range(count)))
    subprocess.run(["pocketsphinx_batch", "-hmm", MODEL / "en-us", "-dict", folder / f"{name}.dict",
                    "-jsgf", folder / f"{name}.gram", "-ctl", folder / f"{name}.ctl", "-cepdir", folder,
                    "-cepext", ".raw", "-adcin", "yes", "-samprate", str(RATE_HZ), "-cmn", "batch",
                    "-remove_noise", "no", "-remove_silence", "no", "-beam", "1e-100", "-wbeam", "1e-80",
                    "-pbeam", "1e-100", "-hyp", folder / f"{name}.hyp", "-logfn", folder / f"{name}.log"], check=True)
    lines = (folder / f"{name}.hyp").read_text().splitlines()
    assert len(lines) == count, f"{name}: {len(lines)} of {count} files were recognised"
    return [heard(line.rsplit(" (", 1)[0]) for line in lines]


def rates(calls, found):
    """Letter, number, counter, all of the call: parts of 1."""
    hits = [(want[0] == got[0], want[1] == got[1], want[2] == got[2], want == got) if got else (False,) * 4
            for want, got in zip(calls, found)]
    return dict(zip(("letter", "number", "counter", "call"), numpy.mean(hits, axis=0)))


def measure(letters, count, folder, shares):
    """voice → rates."""
    calls = random_calls(letters, count)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda item: record(folder, letters, item[1], item[0], shares), enumerate(calls)))
        found = {voice: pool.submit(recognise, folder, f"{letters}-{voice}", letters, count, BRIEF if voice == "brief" else CALL)
                 for voice in shares}
        return {voice: rates(calls, future.result()) for voice, future in found.items()}


def table(results, count):
    yield f"{count} calls of a random letter, number 1 to {NUMBER_END - 1} and counter 1 to {COUNTERS} in English, spoken by"
    yield "`hallcall speak` without a chime, with a noise floor, recognised by pocketsphinx (`make recognise`). Its model"
    yield "knows American English only. Gated is the voice that hallcall ships, `en.ini` as it is; below it, to compare,"
    yield f"the British voice `{BRITISH['voice']}` at rate {BRITISH['rate']} and the voice `rms` of flite, made from recordings, with the same"
    yield "segments and pauses: what recorded clips can be expected to reach; last, the first as it is said while many wait,"
    yield "with nothing but ticket and destination and with shorter pauses. Gates, on the first line:"
    yield ", ".join(f"{'whole call' if name == 'call' else name} at least {gate}" for name, gate in GATES.items()) + "."
    yield "It proves words, order, pauses and whole sounds; it does not measure people."
    yield ""
    yield "| letters | voice | letter | number | counter | whole call |"
    yield "|---|---|---|---|---|---|"
    for letters, voices in results.items():
        for voice, figures in voices.items():
            cells = " | ".join(f"{figures[kind]:.3f}" for kind in ("letter", "number", "counter", "call"))
            yield f"| {' '.join(letters)} | {VOICES[voice]} | {cells} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--write", action="store_true", help="write tests/golden/recognised.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hallcall-recognise-") as name:
        folder = pathlib.Path(name)
        shares = {"own": SOURCE, "gb": british(folder), "rms": None, "brief": SOURCE}
        results = {letters: measure(letters, arguments.calls, folder, shares) for letters in (DISTINCT, RHYMING)}
    lines = "\n".join(table(results, arguments.calls)) + "\n"
    sys.stdout.write(lines)
    if arguments.write:
        RECOGNISED.write_text(lines)
    gated = results[DISTINCT]["own"]
    missed = [f"{kind} {gated[kind]:.3f} < {gate}" for kind, gate in GATES.items() if gated[kind] < gate]
    sys.stdout.writelines(f"MISSED {line}\n" for line in missed)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
