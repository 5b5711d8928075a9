"""Just enough C to measure a function: comments and strings blanked, functions found by braces.

Refused: a real parser (clang-tidy has one and `make lint` runs it; this one must run in a second, on
a machine with only a C compiler, inside `make check`).
"""

import re

BLOCK_WORDS = {"if", "for", "while", "switch"}


def blank(text):
    """The text with comments and the insides of strings made blank; lines stay where they are."""

    def blanks(match):
        token = match.group(0)
        if token.startswith(("/*", "//")):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]

    pattern = r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    return re.sub(pattern, blanks, text, flags=re.S)


class Function:
    """A function definition: its name, first line, lines of body, parameters and deepest block."""

    def __init__(self, name, line, body_lines, parameters, nesting):
        self.name = name
        self.line = line
        self.body_lines = body_lines
        self.parameters = parameters
        self.nesting = nesting


def matching_open(text, close):
    """Index of the parenthesis that opens the one closed at `close`, -1 when there is none."""
    depth = 0
    for i in range(close, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            depth -= 1
            if depth == 0:
                return i
    return -1


def word_before(text, index):
    match = re.search(r"(\w+)\s*$", text[:index])
    return match.group(1) if match else ""


def opens_block(text, brace):
    """Whether a brace inside a function opens a block of statements, not an initialiser."""
    before = text[:brace].rstrip()
    if before.endswith((";", "}", "{", ":")):
        return True
    if before.endswith(")"):
        return word_before(text, matching_open(text, len(before) - 1)) in BLOCK_WORDS
    return word_before(text, brace) in {"else", "do"}


def count_parameters(text):
    if text.strip() in {"", "void"}:
        return 0
    depth = 0
    commas = 0
    for character in text:
        depth += character in "([{"
        depth -= character in ")]}"
        commas += character == "," and depth == 0
    # The place and the words that a printf-like function is given are one thing said.
    return 0 if text.rstrip().endswith("...") else commas + 1


def body_of(text, brace):
    """(index of the closing brace, deepest nesting of blocks) of the body opened at `brace`."""
    stack = ["block"]
    deepest = 0
    for i in range(brace + 1, len(text)):
        if text[i] == "{":
            block = stack[-1] == "block" and opens_block(text, i)
            stack.append("block" if block else "list")
            deepest = max(deepest, stack.count("block") - 1)
        elif text[i] == "}":
            stack.pop()
            if not stack:
                return i, deepest
    return len(text) - 1, deepest


def functions(text):
    """Every function defined in a C source."""
    text = blank(text)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text,
                  flags=re.M)
    found = []
    i = start = 0
    while i < len(text):
        if text[i] in ";}":
            start = i + 1
        elif text[i] == "{":
            head = text[start:i]
            end, nesting = body_of(text, i)
            if head.rstrip().endswith(")") and "=" not in head:
                found.append(measure(text, start, i, end, nesting))
            i = end
            if found and head.rstrip().endswith(")"):
                start = end + 1
        i += 1
    return found


def measure(text, start, brace, end, nesting):
    close = text.rindex(")", start, brace)
    opening = matching_open(text, close)
    lead = len(text[start:]) - len(text[start:].lstrip())
    return Function(word_before(text, opening), text.count("\n", 0, start + lead) + 1,
                    text.count("\n", brace, end) - 1, count_parameters(text[opening + 1:close]),
                    nesting)
