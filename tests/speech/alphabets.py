"""The letters that tickets are printed with, and when two of them may sound alike."""

import unicodedata

# What the languages write beyond A to Z. A hall may be visited by readers of any of them.
BEYOND = {
    "cs": "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ", "de": "ÄÖÜẞ", "es": "ÁÉÍÑÓÚÜ", "et": "ÄÕÖŠÜŽ", "fi": "ÅÄÖ", "fr": "ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸ",
    "hu": "ÁÉÍÓÖŐÚÜŰ", "it": "ÀÈÉÌÒÙ", "lt": "ĄČĘĖĮŠŲŪŽ", "lv": "ĀČĒĢĪĶĻŅŠŪŽ", "nl": "ĲËÏ", "pl": "ĄĆĘŁŃÓŚŹŻ",
    "ro": "ĂÂÎȘȚŞŢ", "sk": "ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ", "tr": "ÇĞİÖŞÜ",
}
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "".join(sorted(set("".join(BEYOND.values()))))
# Those of the default of [ticket] pattern: Ukrainian, Bulgarian and Russian.
CYRILLIC = "АБВГҐДЕЁЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
ARABIC = "اأإآبةتثجحخدذرزسشصضطظعغفقكلمنهوؤيئى"
# Tickets called in any language can be printed in each of them.
ALPHABETS = (LATIN, CYRILLIC, GREEK, ARABIC)


def script(letter):
    return unicodedata.name(letter).split()[0]


def same_letter(one, other):
    """Within an alphabet, only what its readers hold for one letter may sound alike: Arabic does not
    count the hamza on an alif as another letter. Between alphabets letters may: a ticket is printed
    in one of them."""
    bases = [unicodedata.normalize("NFD", letter) for letter in (one, other)]
    return script(one) == "ARABIC" and bases[0][0] == bases[1][0] and \
        all(mark in "\u0654\u0655" for base in bases for mark in base[1:])
