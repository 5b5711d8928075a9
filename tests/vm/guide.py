"""The commands of docs/install.md, chapters 1 to 4, in their order: what is followed in the machine is what is written there.

Only those below are not given as they stand, each with its reason. tests/package/test_guide.py sees that every command is
either given or named here.
"""

import os
import pathlib
import re

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
PAGE = SOURCE / "docs/install.md"
CHAPTERS = "1234"
# The three things that must be right, as an editor would write them.
EDITED = "sudo sed -i 's/^site = .*/site = townhall/; s/^#name = Cit.*/name = Town Hall/' /etc/hallcall/hallcall.ini"
# Command: why it is not given, and what is in its place.
EXCEPTIONS = {
    "make deb": ("the package is built before the machine is switched on", None),
    "make deb-arm64": ("the machine is no Raspberry Pi", None),
    "sudo nano /etc/hallcall/hallcall.ini": ("nobody sits at the editor", EDITED),
    "sudo install -o root -g hallcall -m 640 password.txt /etc/hallcall/password": ("the machine's broker wants none", None),
    'sudo usermod --append --groups hallcall "$USER"': ("the machine has no desktop", None),
    "systemctl --user enable --now hallcall-desktop": ("the machine has no desktop", None),
}


def commands():
    """Every line of the chapters' indented blocks, without the remark behind it."""
    found, chapter, fenced = [], "", False
    for line in PAGE.read_text().splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif line.startswith("## "):
            chapter = line[3]
        elif line.startswith("    ") and chapter in CHAPTERS and not fenced:
            found.append(re.split(r"\s{2,}# ", line.strip())[0])
    return found


def steps():
    """What is given in the machine."""
    given = [EXCEPTIONS[command][1] if command in EXCEPTIONS else command for command in commands()]
    return [command for command in given if command is not None]


def verdicts(check):
    """Of what `hallcall check` has written: {subject: verdict}, where something is not ok."""
    return {what: verdict for verdict, what in re.findall(r"^(WARNING|PROBLEM) +(\S+)", check, re.M)}
