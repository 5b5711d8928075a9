#!/usr/bin/python3
"""The rules of the house that a machine can see; each violation names file:line and the rule.

house.py --build BUILD checks the tree it stands in (or HALLCALL_SOURCE). It needs the release build
for the purity of core and for the example configuration. Prints "ok RULE" or "FAILED RULE" for each.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

import csource

ROOT = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()

FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 5
NESTING_MAX = 3
FILE_LINES_MAX = 600
HEAD_LINES_MIN = 3

# Knowledge points one way. What a room may include of the others; its own folder always.
MAY_INCLUDE = {
    "core": {"system/check.h"},
    "system": {"core/"},
    "config": {"core/", "system/"},
    "feed": {"core/", "system/"},
    "screen": {"core/", "system/", "config/ini.h", "config/diagnostics.h"},
    "voice": {"core/", "system/", "config/ini.h", "config/diagnostics.h"},
    "journal": {"core/", "system/"},
    "command": {"core/", "system/", "config/", "feed/", "screen/", "voice/", "journal/"},
}
CORE_LIBC = {"string.h", "stdio.h", "stdint.h", "stdbool.h", "stddef.h", "inttypes.h", "limits.h", "math.h"}
# Third-party headers: the room that owns them, and in how many of its files.
THIRD_PARTY = (
    (r"MQTT.*\.h", "feed", 1),
    (r"utf8proc\.h", "feed", 1),
    (r"openssl/.*", "feed", 1),
    (r"jansson\.h", "feed", 9),
    (r"jansson\.h", "screen/view_file.c", 1),
    (r"alsa/.*", "voice", 2),
    (r"espeak-ng/.*", "voice", 1),
    (r"seccomp\.h", "voice", 1),
    (r"sndfile\.h", "voice", 1),
    (r"ini\.h", "config", 1),
    (r"SDL.*", "screen", 99),
    (r"X11/.*", "screen", 2),
    (r"wayland-client\.h", "screen", 1),
    (r"fontconfig/.*", "screen", 1),
    (r"ft2build\.h|freetype/.*", "screen", 1),
    (r"hb\.h", "screen", 1),
    (r"fribidi\.h", "screen", 1),
    (r"png\.h", "screen", 1),
    (r"systemd/.*", "system/service.c", 1),
    (r"sqlite3\.h", "journal", 1),
)
SYSTEM_HEADER = re.compile(
    r"^(sys|linux|net|netinet|arpa)/\w+\.h$|"
    r"^(assert|ctype|dirent|dlfcn|errno|fcntl|float|getopt|grp|ifaddrs|inttypes|langinfo|limits|locale|math|"
    r"netdb|poll|pthread|pwd|regex|sched|setjmp|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|"
    r"stdint|stdio|stdlib|stdnoreturn|string|strings|syscall|sysexits|termios|time|unistd|wait|wchar|"
    r"wctype)\.h$")
BANNED = ("sprintf vsprintf strcpy stpcpy strcat strncat strtok sscanf vsscanf atoi atol atof alloca gets "
          "localtime gmtime ctime asctime").split()
# Functions that stand in for a library's (tests/nth, kms_shim.c), or that a library calls: it decides how many
# parameters they have.
FOREIGN_PROTOTYPES = {"mmap", "mmap64", "posix_spawn", "on_geometry", "on_mode", "SDL_CreateWindow"}
CORE_SYMBOLS = re.compile(
    r"^(memcpy|memmove|memset|memcmp|strlen|strcmp|strncmp|strchr|strrchr|strstr|strspn|strcspn|strnlen|snprintf|hypot|ceil|"
    r"check_failed|__stack_chk_fail|__(memcpy|memmove|memset|snprintf)_chk|_GLOBAL_OFFSET_TABLE_)$")


def place(path, line=1):
    return f"{path.relative_to(ROOT)}:{line}"


def sources(*patterns):
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def own_code():
    return sources("src/*.c", "src/*/*.c", "src/*/*.h")


def all_code():
    return own_code() + sources("tests/*/*.c", "tests/*/*.h")


def includes(path):
    """(line, header, whether in quotes) of each include."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def layer_allows(room, header):
    allowed = MAY_INCLUDE.get(room, set()) | {room + "/"}
    return any(header == name or name.endswith("/") and header.startswith(name) for name in allowed)


def rule_layers():
    """An include that points the wrong way."""
    for path in own_code():
        room = path.parent.name
        if room == "src":
            continue  # main.c knows every command.
        if room not in MAY_INCLUDE:
            yield place(path), f"src/{room}/ is no room of the house"
        for line, header, quoted in includes(path):
            if quoted and not layer_allows(room, header):
                yield place(path, line), f"{room} must not know \"{header}\""
            if not quoted and room == "core" and header not in CORE_LIBC:
                yield place(path, line), f"core is pure and must not include <{header}>"


def owners_of(header):
    return [(room, limit) for pattern, room, limit in THIRD_PARTY if re.fullmatch(pattern, header)]


def owner_of(path, owners):
    name = str(path.relative_to(ROOT / "src"))
    return next((o for o in owners if name == o[0] or name.startswith(o[0] + "/")), None)


def rule_libraries():
    """A third-party header outside the folder, or in more files than may know it."""
    users = {}
    for path in own_code():
        for line, header, quoted in includes(path):
            if quoted or SYSTEM_HEADER.match(header):
                continue
            owners = owners_of(header)
            owner = owner_of(path, owners)
            if not owners:
                yield place(path, line), f"<{header}> is of no library that has an owner"
            elif owner is None:
                yield place(path, line), f"<{header}> belongs to {owners[0][0]}"
            else:
                library = re.split(r"[/.]", header)[0], owner
                users.setdefault(library, {}).setdefault(path, line)
    for (library, (room, limit)), files in users.items():
        if len(files) > limit:
            for path, line in sorted(files.items()):
                yield place(path, line), f"{library} is known to {len(files)} files of {room}, not {limit}"


def rule_banned():
    """A function that this program does not use."""
    pattern = re.compile(r"\b(" + "|".join(BANNED) + r")\s*\(")
    for path in all_code():
        for number, line in enumerate(csource.blank(path.read_text()).splitlines(), 1):
            for match in pattern.finditer(line):
                yield place(path, number), f"{match.group(1)} is banned"


def rule_exit():
    """exit() outside main.c: everything else returns."""
    for path in own_code():
        if path.name == "main.c":
            continue
        for number, line in enumerate(csource.blank(path.read_text()).splitlines(), 1):
            if re.search(r"(?<![\w.>])exit\s*\(", line):
                yield place(path, number), "only main.c ends the process"


def rule_functions():
    """Functions too long, too deep, with too many parameters."""
    for path in all_code():
        for f in csource.functions(path.read_text()):
            for what, value, limit in (("lines", f.body_lines, FUNCTION_LINES_MAX),
                                       ("parameters", f.parameters, PARAMETERS_MAX),
                                       ("levels of nesting", f.nesting, NESTING_MAX)):
                decided = what == "parameters" and f.name in FOREIGN_PROTOTYPES
                if value > limit and not decided:
                    yield place(path, f.line), f"{f.name}: {value} {what}, at most {limit}"


def rule_files():
    """Files too long, without their opening comment, without a licence line."""
    for path in all_code():
        text = path.read_text()
        lines = text.splitlines()
        if len(lines) > FILE_LINES_MAX:
            yield place(path, len(lines)), f"{len(lines)} lines, at most {FILE_LINES_MAX}"
        if not lines or "SPDX-License-Identifier: GPL-3.0-or-later" not in lines[0]:
            yield place(path), "the first line is not the SPDX licence line"
        rest = re.sub(r"\A/\* SPDX[^\n]*\n", "", text)
        head = re.match(r"/\*.*?\*/", rest, re.S)
        said = len([s for s in re.split(r"\n", head.group(0)) if re.search(r"\w", s)]) if head else 0
        wanted = HEAD_LINES_MIN if path.suffix == ".c" and path.is_relative_to(ROOT / "src") else 1
        if said < wanted:
            yield place(path), "does not open with a comment that says its design"


def core_objects(build):
    objects = sorted((build / "src/core").glob("*.o"))
    expected = {path.stem for path in sources("src/core/*.c")}
    return objects, expected - {path.stem for path in objects}


def rule_purity(build):
    """What core calls from outside, and what it could write to between calls."""
    objects, missing = core_objects(build)
    for name in sorted(missing) or ([] if objects else ["*"]):
        yield f"src/core/{name}.c:1", "was not built: purity is unproven"
    inside = set()
    for path in objects:
        listing = subprocess.run(["nm", "-g", "--defined-only", path], capture_output=True, text=True,
                                 check=True)
        inside |= {line.split()[-1] for line in listing.stdout.splitlines()}
    for path in objects:
        source = f"src/core/{path.stem}.c:1"
        listing = subprocess.run(["nm", "-u", path], capture_output=True, text=True, check=True)
        for symbol in (line.split()[-1] for line in listing.stdout.splitlines()):
            if symbol not in inside and not CORE_SYMBOLS.match(symbol):
                yield source, f"core must not call {symbol}"
        yield from writable_data(path, source)


def writable_data(path, source):
    listing = subprocess.run(["size", "-A", path], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        fields = line.split()
        if len(fields) != 3 or not re.match(r"\.(data|bss|tdata|tbss)", fields[0]):
            continue
        # Tables of pointers are constant after relocation.
        if int(fields[1]) > 0 and not fields[0].startswith(".data.rel.ro"):
            yield source, f"core must not have writable data ({fields[0]}, {fields[1]} bytes)"


def rule_manuals(build):
    """Manual pages that did not build."""
    for name in ("hallcall.1", "hallcall.ini.5", "hallcall-mqtt.7"):
        path = build / "man" / name
        if not path.exists() or ".TH" not in path.read_text():
            yield f"docs/man/{name}.scd:1", "no manual page was built from it"


def rule_example(build):
    """config/hallcall.ini is what the program itself prints, so every key is documented."""
    program = build / "hallcall"
    path = ROOT / "config/hallcall.ini"
    if not program.exists() or not path.exists():
        yield "config/hallcall.ini:1", "the file or the program is missing"
        return
    printed = subprocess.run([program, "config", "--example"], capture_output=True, text=True,
                             check=False).stdout.splitlines()
    written = path.read_text().splitlines()
    for number, (ours, theirs) in enumerate(zip(written, printed), 1):
        if ours != theirs:
            yield place(path, number), f"differs from `hallcall config --example`: {theirs!r}"
            return
    if len(written) != len(printed):
        yield place(path, min(len(written), len(printed)) + 1), "is longer or shorter than the program's"


def rule_schemas():
    """The contract's examples against its schemas."""
    import jsonschema  # Only this rule needs it.
    schemas = {path.name.split(".")[0]: path for path in sources("docs/schemas/*.schema.json")}
    if not schemas:
        yield "docs/schemas/:1", "no schemas"
    shown = set()
    for path in sources("docs/schemas/examples/*.json"):
        name = next((n for n in schemas if re.match(rf"{n}([-_.]|$)", path.name)), None)
        if name is None:
            yield place(path), "is named after no schema"
            continue
        shown.add(name)
        schema = json.loads(schemas[name].read_text())
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        for error in validator(schema).iter_errors(json.loads(path.read_text())):
            yield place(path), f"{name} schema: {error.json_path}: {error.message}"
    for name in sorted(set(schemas) - shown):
        yield place(schemas[name]), "has no example"


def rule_asyncapi():
    """docs/asyncapi.yaml is YAML and what it refers to exists."""
    import yaml  # Only this rule needs it.
    path = ROOT / "docs/asyncapi.yaml"
    if not path.exists():
        yield "docs/asyncapi.yaml:1", "is missing"
        return
    document = yaml.safe_load(path.read_text())
    if "asyncapi" not in document or not document.get("channels"):
        yield place(path), "has no version or no channels"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.search(r"\$ref:\s*['\"]?([^'\"#\s]+)", line)
        if match and not (path.parent / match.group(1)).exists():
            yield place(path, number), f"refers to {match.group(1)}, which does not exist"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    rules = {
        "layers": rule_layers, "libraries": rule_libraries, "banned": rule_banned, "exit": rule_exit,
        "functions": rule_functions, "files": rule_files,
        "purity": lambda: rule_purity(build), "manuals": lambda: rule_manuals(build),
        "example": lambda: rule_example(build), "schemas": rule_schemas, "asyncapi": rule_asyncapi,
    }
    failed = 0
    for name, rule in rules.items():
        violations = list(rule())
        for where, what in violations:
            print(f"{where}: {name}: {what}")
        print(f"{'FAILED' if violations else 'ok':6} {name}", flush=True)
        failed += bool(violations)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
