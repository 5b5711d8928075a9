"""The letters that tickets are printed with, and when two of them may sound alike."""

import unicodedata

from speech import values

LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Those of the default of [ticket] pattern: Ukrainian, Bulgarian and Russian.
CYRILLIC = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
OWN_SCRIPT = {"el": GREEK, "ar": ARABIC}


def script(letter):
    return unicodedata.name(letter).split()[0]


def alphabets(tag):
    """The alphabets that tickets called in a language can be printed in, each with the letters that
    its file names beyond them (Ä, Ő, ى)."""
    named = [key for section, key, _ in values(tag) if section == "letters"]
    for letters in (LATIN, CYRILLIC, OWN_SCRIPT.get(tag, "")):
        if letters:
            more = [key for key in named if key not in letters and script(key) == script(letters[0])]
            yield letters + "".join(more)


def same_letter(one, other):
    """Within an alphabet, only what its readers hold for one letter may sound alike: Arabic does not
    count the hamza on an alif as another letter. Between alphabets letters may: a ticket is printed
    in one of them."""
    bases = [unicodedata.normalize("NFD", letter) for letter in (one, other)]
    return script(one) == "ARABIC" and bases[0][0] == bases[1][0] and \
        all(mark in "\u0654\u0655" for base in bases for mark in base[1:])
