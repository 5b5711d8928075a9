"""Ukrainian by the rules: what config/languages/uk.ini must make the engine say.

Three independent statements meet in tests/e2e/test_ukrainian.py:

- the golden file tests/golden/uk.phonemes: each entry of uk.ini as it is written, with stress, and
  as it is pronounced (IPA, the orthoepic norm, broad);
- transcribe(): the rules of Ukrainian phonetics, from the written form to that IPA;
- the engine, asked for the IPA of the phonemes that stand in uk.ini.

SOUNDS is the bridge: the nearest phoneme of eSpeak NG 1.51 for each Ukrainian sound. Run as a
program, this writes docs/ukrainian.md; the test fails when that page is out of date.

The stress mark stands right before the stressed vowel, as the engine prints it.
"""

import ctypes
import os
import pathlib
import re
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
LANGUAGE = SOURCE / "config/languages/uk.ini"
GOLDEN = SOURCE / "tests/golden/uk.phonemes"
PAGE = SOURCE / "docs/ukrainian.md"
VERSIONS = ("1.51", "1.52")
PAGE_VERSION = VERSIONS[0]  # whose own reading stands in the page's column "before"
ACUTE = "\u0301"
STRESS = "ˈ"

# --- from the written word to the norm ----------------------------------------------------------

VOWELS = {"а": "a", "е": "ɛ", "и": "ɪ", "і": "i", "о": "ɔ", "у": "u"}
IOTATED = {"я": "а", "ю": "у", "є": "е", "ї": "і"}
CONSONANTS = {
    "б": "b", "в": "ʋ", "г": "ɦ", "ґ": "ɡ", "д": "d", "ж": "ʒ", "з": "z", "й": "j", "к": "k",
    "л": "ɫ", "м": "m", "н": "n", "п": "p", "р": "r", "с": "s", "т": "t", "ф": "f", "х": "x",
    "ц": "t͡s", "ч": "t͡ʃ", "ш": "ʃ",
}
SOFT = {"d": "dʲ", "z": "zʲ", "ɫ": "lʲ", "n": "nʲ", "r": "rʲ", "s": "sʲ", "t": "tʲ", "t͡s": "t͡sʲ"}
# These are softened by a soft neighbour behind them: двісті, місця, -дцять.
SOFTENED_BEFORE_SOFT = {"d", "z", "s", "t", "t͡s", "n"}
# What spelling keeps and speech does not: шістнадцять, шістсот, шістдесят, п'ятдесят, п'ятсот.
SIMPLIFIED = [("стн", "сн"), ("стс", "сс"), ("стд", "зд"), ("тд", "дд"), ("тс", "цс"), ("щ", "шч")]
CLITICS = {"до", "на", "над", "під", "у"}


def phones_of(word):
    """The word's sounds in order, each [sound, stressed]; vowels are named by their letter."""
    for written, spoken in SIMPLIFIED:
        word = word.replace(written, spoken)
    phones = []
    apart = True  # an apostrophe, a vowel or the word's start stands before: a iotated letter has j
    for letter in word:
        if letter == ACUTE:
            phones[-1][1] = True
            continue
        if letter in IOTATED or letter == "ь" or letter == "і":
            if not apart and phones[-1][0] in SOFT:
                phones[-1][0] = SOFT[phones[-1][0]]
            elif letter in IOTATED:
                phones.append(["j", False])
        if letter in IOTATED or letter in VOWELS:
            phones.append([VOWELS[IOTATED.get(letter, letter)], False])
        elif letter in CONSONANTS:
            phones.append([CONSONANTS[letter], False])
        elif letter not in "ь'":
            raise ValueError(f"{word}: no rule for {letter}")
        apart = letter == "'" or letter in VOWELS or letter in IOTATED
    return phones


def transcribe_word(word, after_vowel):
    phones = phones_of(word)
    vowels = [phone for phone in phones if phone[0] in VOWELS.values()]
    if len(vowels) == 1 and word not in CLITICS:
        vowels[0][1] = True
    if sum(phone[1] for phone in vowels) != (word not in CLITICS):
        raise ValueError(f"{word}: one stress is needed")
    for place in range(len(phones) - 2, -1, -1):
        behind = phones[place + 1][0]
        if phones[place][0] in SOFTENED_BEFORE_SOFT and behind in SOFT.values() and behind[0] in "dtszn":
            phones[place][0] = SOFT[phones[place][0]]
    for place, phone in enumerate(phones):
        before = phones[place - 1] in vowels if place > 0 else after_vowel
        behind = place + 1 < len(phones) and phones[place + 1] in vowels
        if phone[0] == "ʋ" and before and not behind:
            phone[0] = "u̯"
    return "".join((STRESS if stressed else "") + sound for sound, stressed in phones)


def transcribe(written):
    """The pronunciation of words written with stress marks; a word of one vowel needs none."""
    spoken = []
    for word in written.replace("-", " ").split():
        after_vowel = bool(spoken) and spoken[-1][-1] in "".join(VOWELS.values())
        spoken.append(transcribe_word(word, after_vowel))
    return " ".join(spoken)


# --- from the norm to the engine ------------------------------------------------------------------

# sound of the norm, letter, example, phoneme for eSpeak NG, IPA that the engine reports, why
SOUNDS = [
    ("a", "а, я", "два", "A", "ɑ", "`a` becomes [ɪ] behind a soft consonant (Russian vowel reduction); "
     "`A` stays [ɑ] everywhere (F1 860, F2 1270 Hz)"),
    ("ɛ", "е, є", "се́рце", "E", "ɛ", "F1 580, F2 1770 Hz; leaves the consonant before it hard; `e` is closed (450, 1960 Hz)"),
    ("ɪ", "и", "три", "y", "y", "`I` has the formants of `i` (366, 2115 Hz), so и would be і; `y` (365, 1700 Hz) is as far from і "
     "as Polish y (404, 1750 Hz) and far from е; reported [y], sounds [ɨ]"),
    ("i", "і, ї", "сім", "i:", "iː", "F1 368, F2 2115 Hz; `i` alone lasts half as long as the other vowels, the length mark makes it equal"),
    ("ɔ", "о", "оди́н", "o", "o", "the same with and without stress (F1 500, F2 805 Hz): no akanie; only the voice's own "
     "spelling rules turn о into а"),
    ("u", "у, ю", "ува́га", "u", "u", "F1 343, F2 919 Hz"),
    ("p", "п", "пе́рший", "p", "p", ""),
    ("b", "б", "бе", "b", "b", ""),
    ("t", "т", "три", "t", "t", "hard before е and и"),
    ("d", "д", "два", "d", "d", "hard before е and и"),
    ("tʲ", "т soft", "п'ять", "t;", "tʲ", ""),
    ("dʲ", "д soft", "два́дцять", "d;", "dʲ", ""),
    ("k", "к", "ка", "k", "k", ""),
    ("ɡ", "ґ", "ґе", "g", "ɡ", "a stop, distinct from г"),
    ("ɦ", "г", "ува́га", "Q", "ɣ", "the nearest voiced sound: `h` is voiceless and its spectrum (centre 2.2 kHz) is nearly that of х (2.3 kHz)"),
    ("x", "х", "схо́ди", "x", "x", ""),
    ("f", "ф", "еф", "f", "f", ""),
    ("ʋ", "в", "два", "v", "v", "before vowels"),
    ("u̯", "в", "де́в'ять", "w", "w", "behind a vowel, not before one; `v` would become [f] before a voiceless consonant by "
     "Russian devoicing"),
    ("s", "с", "сто", "s", "s", ""),
    ("z", "з", "зет", "z", "z", ""),
    ("sʲ", "с soft", "сім", "s|;", "sʲ", "`s;` is reported [sʲ] and sounds hard (the vowel behind it starts at F2 1460 Hz, as after `s`); "
     "parted by `|` the glide is heard (1720 Hz). Before a consonant the engine drops the glide: `s`"),
    ("ʃ", "ш", "шість", "S", "ʃ", "щ is ш and ч: `StS`"),
    ("ʒ", "ж", "же", "Z", "ʒ", ""),
    ("t͡s", "ц", "це", "ts", "ts", ""),
    ("t͡sʲ", "ц soft", "два́дцять", "ts;", "tsʲ", ""),
    ("t͡ʃ", "ч", "чоти́ри", "tS", "tʃ", "hard; the Russian `tS;` is soft. At the end of a "
     "string `tS_|`: the 5 ms of pause keep the next word from voicing it (тисяч вісім)"),
    ("m", "м", "мі́сце", "m", "m", ""),
    ("n", "н", "на", "n", "n", "hard before е and и"),
    ("nʲ", "н soft", "ні", "n;", "nʲ", "before a consonant the engine drops the glide, there `n`"),
    ("ɫ", "л", "тало́н", "L", "ɫ", "`l` is retroflex: its third formant falls to 1800 Hz, as in an English r; `L` is the dark л"),
    ("lʲ", "л soft", "ліво́руч", "l;", "ɭʲ", "at the end of a word or before a consonant the engine drops the glide, there "
     "`l^` [ɭ] (F2 1580 Hz; `L`: 800 Hz)"),
    ("r", "р", "со́рок", "r", "r", ""),
    ("rʲ", "р soft", "пря́мо", "r;", "rʲ", ""),
    ("j", "й", "де́в'ять", "j", "j", ""),
]
PHONEMES = {sound: (phoneme, ipa) for sound, _, _, phoneme, ipa, _ in SOUNDS}
BEFORE_CONSONANT = {"sʲ": ("s", "s"), "nʲ": ("n", "n"), "lʲ": ("l^", "ɭ")}
AT_THE_END = {"t͡ʃ": ("tS_|", "tʃ")}
SOUND = re.compile("|".join(sorted(map(re.escape, PHONEMES), key=len, reverse=True)) + f"|{STRESS}| ")


def engine_pairs(norm):
    sounds = SOUND.findall(norm)
    if "".join(sounds) != norm:
        raise ValueError(f"{norm}: a sound that is not in SOUNDS")
    for place, sound in enumerate(sounds):
        behind = [s for s in sounds[place + 1:place + 3] if s != STRESS][:1]
        glide = behind and behind[0] in VOWELS.values()
        if sound in AT_THE_END and place + 1 == len(sounds):
            yield AT_THE_END[sound]
        elif sound in BEFORE_CONSONANT and not glide:
            yield BEFORE_CONSONANT[sound]
        elif sound in PHONEMES:
            yield PHONEMES[sound]
        else:
            yield ("'", STRESS) if sound == STRESS else (sound, sound)


def phonemes_for(norm):
    """What stands in the language file between the brackets."""
    return "".join(phoneme for phoneme, _ in engine_pairs(norm))


def ipa_for(norm):
    """What the engine must report for it."""
    return "".join(ipa for _, ipa in engine_pairs(norm))


# --- the files ------------------------------------------------------------------------------------

def values():
    """(section, key, value) of the language file."""
    section = None
    for line in LANGUAGE.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, value = line.split(" = ", 1)
            yield section, key, value


def is_spoken(section, key):
    """Whether the engine gets it: not a form in writing, which is for other voices."""
    written = key.endswith(".written")
    return not written and (section in ("letters", "numbers", "spoken") or key.endswith(".spoken"))


def entries():
    """Every string of phonemes in the language file, by name: "numbers 7", "spoken call 2"."""
    found = {}
    for section, key, value in values():
        pieces = re.findall(r"\[\[(.*?)\]\]", value) if is_spoken(section, key) else []
        for place, piece in enumerate(pieces, 1):
            name = f"{section} {key} {place}" if section == "spoken" else f"{section} {key}"
            found[name] = piece
    return found


def golden():
    """name → (written with stress, norm)."""
    lines = [line.split("\t") for line in GOLDEN.read_text().splitlines() if not line.startswith("#")]
    return {name: (written, norm) for name, written, norm in lines}


# --- the engine -----------------------------------------------------------------------------------

class Engine:
    """libespeak-ng, asked for IPA. One in a process: it cannot be started twice."""

    SYNCHRONOUS, DONT_EXIT, UTF8, PHONEMES, IPA = 2, 0x8000, 1, 0x100, 2

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.c = ctypes.CDLL(None)
        self.c.fopen.restype = ctypes.c_void_p
        self.library.espeak_Info.restype = ctypes.c_char_p
        assert self.library.espeak_Initialize(self.SYNCHRONOUS, 0, None, self.DONT_EXIT) > 0
        self.version = self.library.espeak_Info(None).decode()
        self.voices = {key: value for section, key, value in values() if section == "language"}
        self.trace = tempfile.NamedTemporaryFile(suffix=".ipa")
        self.stream = ctypes.c_void_p(self.c.fopen(self.trace.name.encode(), b"w"))
        self.library.espeak_SetPhonemeTrace(self.IPA, self.stream)

    def ipa(self, text):
        """What is spoken for a text of the file's phonemes, or for plain Ukrainian words; clauses
        joined by blanks."""
        voice = self.voices["phoneme_voice" if "[[" in text else "voice"]
        assert self.library.espeak_SetVoiceByName(voice.encode()) == 0
        began = self.trace.seek(0, os.SEEK_END)
        data = text.encode()
        code = self.library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 0, 0,
                                         self.UTF8 | self.PHONEMES, None, None)
        assert code == 0, f"{text}: the engine answered {code}"
        self.c.fflush(self.stream)
        self.trace.seek(began)
        return " ".join(self.trace.read().decode().split())

    def ipa_of(self, piece, written):
        """What is spoken for phonemes of the file. A preposition alone would be stressed: it gets a noun."""
        if written in CLITICS:
            return self.ipa(f"[[{piece}]] [[vi:kn'A]]").split(" ")[0]
        return self.ipa(f"[[{piece}]]")


# --- the page -------------------------------------------------------------------------------------

PAGE_HEAD = """# Ukrainian, spoken

The voice `zle/uk` of eSpeak NG 1.51 has no Ukrainian sounds of its own: it uses the Russian phoneme
table and Russian-like spelling rules (unstressed о becomes а, и and і are one sound, soft consonants
are hard, stress is guessed, в is devoiced). So every word that hallcall itself says in Ukrainian is given to
the engine as phonemes in `config/languages/uk.ini`; only texts from outside (notices, the names of
counters) are left to the voice's own rules. In notices and urgent texts that holds for all but the numbers
from 0 to 9999, these nouns in the form of the templates ("до вікна") and the words that a site has a `[say]`
for (hallcall.ini(5), PRONUNCIATION); the rest keeps the engine's accent.

This page is written by `tests/e2e/ukrainian.py` (`make golden`) from that file and the engine;
`tests/e2e/test_ukrainian.py` compares all of it. Nobody has listened for us: the
choices rest on the engine's phonemes, measured formants and the orthoepic norm, and a native
speaker should still hear them (see the comments in the language file).

The phonemes are spoken by the voice `zle/ru`, whose table is the one that 1.51 uses for Ukrainian.
1.52 (Debian 13) has a Ukrainian table of its own, without `A`, `y` and soft `t;` and `d;`; these
strings would break off in it, while `zle/ru` speaks them as 1.51 does (all compared).

## Sounds

Measured on what 1.51 speaks: formants of vowels with Praat 6.3 (`espeak-ng -v zle/uk -s 80 -w x.wav
"[[p'y:]]"`, Burg's method, at the loudest point); those of consonants and of the beginning of the vowel behind them by
linear prediction over 25 ms; spectral centres of h and х over 40 ms in the middle of `[[Ah'A]]`, `[[Ax'A]]`.

"""


def sounds_table():
    yield "| sound | letter | example | phoneme | engine | why |"
    yield "|---|---|---|---|---|---|"
    for sound, letter, example, phoneme, ipa, why in SOUNDS:
        cell = phoneme.replace("|", "\\|")
        yield f"| {sound} | {letter} | {example} | `{cell}` | {ipa} | {why.replace('|', chr(92) + '|')} |"


def words_table(engine, section):
    yield "| entry | word | norm | phonemes | before: the voice alone | after: from uk.ini |"
    yield "|---|---|---|---|---|---|"
    spoken = entries()
    for name, (written, norm) in golden().items():
        if name.split(" ")[0] != section:
            continue
        raw = engine.ipa(written.replace(ACUTE, ""))
        now = engine.ipa_of(spoken[name], written)
        cell = spoken[name].replace("|", "\\|")
        yield f"| {name.split(' ', 1)[1]} | {written} | {norm} | `{cell}` | {raw} | {now} |"


def page(engine):
    lines = [PAGE_HEAD + "\n".join(sounds_table()), ""]
    for section, title in (("numbers", "Numbers"), ("letters", "Letters"), ("spoken", "Templates"),
                           ("nouns", "Nouns"), ("ways", "Ways")):
        lines += [f"## {title}", "", *words_table(engine, section), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(Engine()))
    print(f"{PAGE.relative_to(SOURCE)}: {len(entries())} entries", file=sys.stderr)
