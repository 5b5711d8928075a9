"""Random boards: what the screens of offices could show, from a seed and the language files' own words."""

import configparser
import random

from picture import SOURCE

# The languages of the promise, with the model that reads each.
READERS = {"uk": "ukr", "lt": "lit", "bg": "bul", "ro": "ron", "hu": "hun", "tr": "tur", "de": "deu",
           "fi": "fin", "en": "eng"}
LATIN = "ABCDEFGHJKLMNPRSTUVWXYZ"
# What tickets begin with: capitals, without those that `hallcall check` tells a site to avoid because
# they are taken for a figure before a number (O and 0, I and 1, З and 3), and without Ь and Ъ, which
# begin no word. Q is an O with a tail.
LETTERS = {"uk": "АБВГҐДЕЄЖИЇЙКЛМНПРСТУФХЦЧШЩЮЯ", "bg": "АБВГДЕЖИЙКЛМНПРСТУФХЦЧШЩЮЯ"}
# Letters that differ by a hook or a bar: a site that uses one of each leaves the other out.
ALIKE = ("ГҐ", "ИЙ", "ШЩ", "ЕЄ", "CG", "UV", "VY")
NOUNS = ("counter", "window", "desk", "room", "door", "office")
DIRECTIONS = ("none", "left", "right", "up", "down", "ahead")
ROWS = 12


def words(tag):
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
    parser.optionxform = str
    parser.read(SOURCE / f"config/languages/{tag}.ini")
    return parser


class Site:
    """What does not change from call to call: languages, letters, counters, the shape of a ticket."""

    def __init__(self, chance, tag):
        others = [other for other in READERS if other != tag]
        self.tags = [tag] + chance.sample(others, chance.randint(0, 3))
        self.words = [words(tag) for tag in self.tags]
        self.letters = self.prefixes(chance, LETTERS.get(tag, LATIN))
        # L is a letter, # a figure: as in [ticket] pattern, but for a person.
        self.shape = chance.choices(("L###", "L##", "LL##", "###", "####"), (6, 2, 1, 1, 1))[0]
        self.noun = chance.choice(NOUNS)
        self.counters = [self.counter(chance) for _ in range(chance.randint(3, 12))]

    @staticmethod
    def prefixes(chance, letters):
        chosen = chance.sample(letters, chance.randint(2, 6))
        return [letter for i, letter in enumerate(chosen)
                if not any(letter in pair and set(pair) & set(chosen[:i]) for pair in ALIKE)]

    @staticmethod
    def counter(chance):
        return str(chance.choice((chance.randint(1, 9), chance.randint(10, 40), chance.randint(100, 420))))

    def ticket(self, chance):
        return "".join(chance.choice(self.letters) if place == "L" else chance.choice("0123456789")
                       for place in self.shape)

    def nouns(self, language):
        return language["nouns"][f"{self.noun}.screen"]


def way(chance, language, direction):
    parts = [language["ways"][f"floor {chance.randint(0, 3)}.screen"]] if chance.random() < 0.4 else []
    if direction != "none":
        parts.append(language["ways"][f"{direction}.screen"])
    return parts


def hero(chance, site):
    label = chance.choice(site.counters)
    direction = chance.choice(DIRECTIONS)
    again = chance.random() < 0.2
    floor = chance.getstate()
    lines = []
    for tag, language in zip(site.tags, site.words):
        chance.setstate(floor)  # the same one in every language
        screen = language["screen"]
        lines.append({"tag": tag, "title": screen["ticket"], "noun": site.nouns(language), "label": label,
                      "way": ", ".join(way(chance, language, direction)),
                      "again": screen["again"] if again else ""})
    state, said = chance.choice((("calling", "ticket"), ("calling", "destination"), ("resting", "nothing")))
    return {"state": state, "said": said, "ticket": site.ticket(chance), "direction": direction, "lines": lines}


def row(chance, site):
    return {"ticket": site.ticket(chance), "noun": site.nouns(site.words[0]),
            "label": chance.choice(site.counters), "noun_needed": False, "fresh": chance.random() < 0.3,
            "again": site.words[0]["screen"]["again"] if chance.random() < 0.2 else ""}


def board(tag, seed):
    """(view, site) of board number `seed` in a language."""
    chance = random.Random(f"{tag} {seed}")
    site = Site(chance, tag)
    first = site.words[0]
    labels = [language["screen"] for language in site.words[:2]]
    date = first["date"]
    view = {
        "hall": labels[0]["welcome"], "clock": f"{chance.randint(8, 17):02}:{chance.randint(0, 59):02}",
        "date": date["date"].format(weekday=date["weekdays"].split(", ")[chance.randint(1, 5)],
                                    day=chance.randint(1, 28),
                                    month=chance.choice(date["months"].split(", "))),
        "hero": hero(chance, site),
        "called": " · ".join(screen["called"] for screen in labels), "called_first": labels[0]["called"],
        "rows": [row(chance, site) for _ in range(chance.randint(1, ROWS))],
        "notice": chance.choice(("", chance.choice(site.words)["screen"]["welcome_hint"])),
        "alarm": "none",
    }
    return view, site
