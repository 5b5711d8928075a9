"""What every language says of the same few calls: docs/calls.tsv, and docs/voices.md for reading.

Run as a program (`make golden`), this asks the engine again and writes both; test_calls.py asks it
too and compares. docs/voices.md is made from docs/calls.tsv, the language files and two tables that
are measured elsewhere: tests/golden/loudness.md (by tests/unit/test_loudness.c, through
libebur128; written here) and tests/golden/recognised.md (`make recognise`).
"""

import concurrent.futures
import os
import re
import subprocess
import sys

from speech import BUILD, LANGUAGES, PAGE_VERSION, SOURCE, engine_version, setting, spoken, tags, values

CALLS = SOURCE / "docs/calls.tsv"
PAGE = SOURCE / "docs/voices.md"
LOUDNESS = SOURCE / "tests/golden/loudness.md"
RECOGNISED = SOURCE / "tests/golden/recognised.md"
TICKETS = ("A107", "B 7", "К-105", "В12", "0042", "3B")
COUNTERS = ("3", "12", "204")
EXAMPLE = ("A107", "12")
COLUMNS = "language\tticket\tcounter\tseconds\tlasts ms\twords\tphonemes"
ROWS = [(ticket, counter) for ticket in TICKETS for counter in COUNTERS]
JOIN = " | "
# One syllable each: vowels of IPA side by side, unless a stress mark parts them; syllabic consonants.
SYLLABLE = re.compile(r"[iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒᵻɚɝ]+|\u0329")


def answers():
    """tag → call → segments, as the engine says them now; two languages at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda tag: spoken(tag, ROWS), tags())
        return {tag: dict(zip(ROWS, calls)) for tag, calls in zip(tags(), said)}


def rows_of(said):
    """Rows of docs/calls.tsv: one per call, as lists of cells."""
    rows = []
    for tag, calls in said.items():
        for (ticket, counter), segments in calls.items():
            whole_ms = sum(segment.pause_ms + segment.lasts_ms for segment in segments)
            rows.append([tag, ticket, counter, f"{whole_ms / 1000:.2f}",
                         " ".join(str(segment.lasts_ms) for segment in segments),
                         JOIN.join(segment.text for segment in segments),
                         JOIN.join(segment.phonemes for segment in segments)])
    return rows


def calls_file(rows):
    return "\n".join([COLUMNS] + ["\t".join(row) for row in rows]) + "\n"


def read_calls():
    lines = CALLS.read_text().splitlines()
    assert lines[0] == COLUMNS
    return [line.split("\t") for line in lines[1:]]


# --- the page -------------------------------------------------------------------------------------

PAGE_HEAD = f"""# Voices

How the languages that come with hallcall sound, in figures. Written by `make golden` from the files in
`config/languages/`, from [calls.tsv](calls.tsv) (each language says 6 tickets to 3 counters: words,
phonemes, lengths; eSpeak NG {PAGE_VERSION}) and from two measurements, loudness and a recogniser. `make check` has
the calls spoken again and compares words, phonemes and, within 12 %, lengths; it measures speed and loudness again
and holds them to their limits, not to the figures below. `make check-slow` lets the recogniser hear 60 calls again.

Nobody has listened for us: the figures prove that the right words are said, in the right order, at the
right speed and level, not that they are pleasant. What a native speaker should still confirm stands at each
language. [ukrainian.md](ukrainian.md) has every word of Ukrainian.

## Speed and level

Words and syllables are counted in the phonemes of the 18 calls, without the pauses (a syllable is a vowel
or diphthong of the IPA; ±10 %). A rate is eSpeak's own unit and means another speed in each voice; the files
choose it for 4 to 4.5 syllables a second (limits: 3.9 and 4.6), the English one for the recogniser below.
Loudness is measured with libebur128 on 12 whole calls, six of them in brief (`tests/unit/test_loudness.c`: −23 LUFS ± 0.5, true peak at
most −1 dBTP): least and most loudness, highest true peak, largest first or last sample of a segment, direct current,
in steps of 16 bits.

"""


def speeds(rows):
    """Words a minute and syllables a second of the rows of one language."""
    seconds = sum(int(lasts) for row in rows for lasts in row[4].split()) / 1000
    phonemes = " ".join(row[6].replace(JOIN, " ") for row in rows)
    return len(phonemes.split()) * 60 / seconds, len(SYLLABLE.findall(phonemes)) / seconds


def loudness_cells():
    """"de" → the cells of its row."""
    rows = [line.strip("|").split("|") for line in LOUDNESS.read_text().splitlines() if line.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[1:]}


def speed_table(rows):
    yield "| language | voice | rate | words/min | syllables/s | LUFS | true peak dBTP | edge | DC |"
    yield "|---|---|---|---|---|---|---|---|---|"
    loudness = loudness_cells()
    for tag in tags():
        words, syllables = speeds([row for row in rows if row[0] == tag])
        yield " | ".join([f"| {tag} {setting(tag, 'name')}", f"`{setting(tag, 'voice')}`", setting(tag, "rate"),
                          f"{words:.0f}", f"{syllables:.1f}", *loudness[tag]]) + " |"
    for name, cells in loudness.items():
        if name.startswith("chime"):
            yield " | ".join([f"| {name}", "", "", "", "", *cells]) + " |"


def owed(tag):
    """The comments of a language file that ask for a native speaker."""
    notes = []
    open_note = False
    for line in (LANGUAGES / f"{tag}.ini").read_text().splitlines():
        if line.startswith("# To confirm by a native speaker"):
            notes.append(line.split(":", 1)[1].strip())
            open_note = True
        elif open_note and line.startswith("# "):
            notes[-1] += " " + line[2:].strip()
        else:
            open_note = False
    return notes


def language_part(tag, rows):
    row = next(row for row in rows if row[:3] == [tag, *EXAMPLE])
    yield f"### {setting(tag, 'name')} ({tag})"
    yield ""
    yield from ["```", row[5], f"/{row[6]}/", "```", ""]
    names = sum(section == "letters" for section, _, _ in values(tag))
    numbers = sum(section == "numbers" for section, _, _ in values(tag))
    yield f"{row[3]} s. The file names {names} letters and {numbers} numbers; the rest is left to the voice."
    yield ""
    notes = owed(tag)
    yield "Owed to a native speaker:" if notes else "Owed to a native speaker: to have heard it."
    yield from [""] * bool(notes) + [f"- {note[0].upper()}{note[1:]}" for note in notes]
    yield ""


def page(rows):
    lines = [PAGE_HEAD + "\n".join(speed_table(rows)), "", "## Understood by a recogniser", "",
             RECOGNISED.read_text().strip(), "", "## Languages", "",
             f"Ticket {EXAMPLE[0]}, counter {EXAMPLE[1]}: words as the engine is given them, one segment between two "
             "bars, and what it made of them.", ""]
    for tag in tags():
        lines += language_part(tag, rows)
    return "\n".join(lines).rstrip() + "\n"


def measure_loudness():
    """The table that the unit test prints."""
    done = subprocess.run([BUILD / "tests/unit/test_loudness"], capture_output=True, text=True, check=True,
                          env={**os.environ, "HALLCALL_SOURCE": str(SOURCE), "HALLCALL_BUILD": str(BUILD)})
    return "".join(f"{line}\n" for line in (done.stdout + done.stderr).splitlines() if line.startswith("|"))


def main():
    assert engine_version().startswith(PAGE_VERSION), f"the tables are those of eSpeak NG {PAGE_VERSION}"
    rows = rows_of(answers())
    CALLS.write_text(calls_file(rows))
    LOUDNESS.write_text(measure_loudness())
    PAGE.write_text(page(rows))
    print(f"{CALLS.relative_to(SOURCE)}: {len(rows)} calls in {len(tags())} languages", file=sys.stderr)


if __name__ == "__main__":
    main()
