"""Where the threads of a process are: for a failure that comes once in a hundred runs."""

import pathlib
import struct

STACK_BYTES = 16384
FRAMES_MAX = 40


def code_of(pid):
    """(first address, end, offset in the file, file) of what can be executed."""
    found = []
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights, offset, _, _, *file = line.split(maxsplit=5)
        if "x" in rights:
            first, end = (int(part, 16) for part in span.split("-"))
            found.append((first, end, int(offset, 16), pathlib.Path(file[0]).name if file else "?"))
    return found


def place_of(address, code):
    return next((f"{name}+{address - first + offset:#x}" for first, end, offset, name in code
                 if first <= address < end), None)


def words_on_stack(pid, pointer):
    """What lies on a stack from its top on: return addresses among it."""
    with open(f"/proc/{pid}/mem", "rb") as memory:
        memory.seek(pointer)
        data = memory.read1(STACK_BYTES)
    return struct.unpack(f"={len(data) // 8}Q", data[:len(data) // 8 * 8])


def thread_line(pid, task, code):
    name, call = (task / "comm").read_text().strip(), (task / "syscall").read_text().split()
    if call[0] == "running":
        return f"{task.name} {name}: running"
    pointer, at = int(call[-2], 16), int(call[-1], 16)
    places = [place_of(word, code) for word in (at, *words_on_stack(pid, pointer))]
    return f"{task.name} {name}: system call {call[0]}: " + " ".join([p for p in places if p][:FRAMES_MAX])


def where(pid):
    """A line for each thread: its system call and the code that is on its stack (addr2line -e FILE -f OFFSET).
    Words on a stack may be of calls long ended. 64 bits only, and for whoever may trace the process."""
    try:
        code = code_of(pid)
        lines = [thread_line(pid, task, code) for task in sorted(pathlib.Path(f"/proc/{pid}/task").iterdir())]
    except OSError as error:
        return f"where process {pid} is cannot be read: {error}"
    return f"the threads of process {pid}:\n" + "\n".join(lines)
