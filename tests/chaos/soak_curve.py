"""What a process costs over time: samples of it, robust statistics, and a curve that can be read in a
terminal. Knows nothing of halls beyond what its caller hands in as further columns."""

import csv
import os
import pathlib
import statistics
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


def processes(pid):
    """A process and its children."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def memory_kb(pid):
    """{"Pss": ..., "Pss_Anon": ..., ...} of one process."""
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name.rstrip(":"): int(kb) for name, kb, _ in (line.split() for line in lines)}


def sample(pid):
    """The process and its children together, at one moment."""
    row = dict.fromkeys(("pss_kb", "anon_kb", "engine_pss_kb", "fds", "threads", "cpu_s",
                         "voluntary", "involuntary"), 0)
    for process in processes(pid):
        memory = memory_kb(process)
        row["pss_kb"] += memory["Pss"]
        row["anon_kb"] += memory["Pss_Anon"]
        row["engine_pss_kb"] += memory["Pss"] if process != pid else 0
        row["fds"] += len(os.listdir(f"/proc/{process}/fd"))
        stat = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        row["cpu_s"] += (int(stat[11]) + int(stat[12])) / TICKS
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            row["threads"] += 1
            for line in (task / "status").read_text().splitlines():
                if "voluntary_ctxt_switches" in line:
                    name, count = line.split(":")
                    kind = "involuntary" if name.startswith("non") else "voluntary"
                    row[kind] += int(count)
    return row


def theil_sen(xs, ys):
    """The slope of a line through the points: the median of the slopes of all pairs, which outliers and
    a single jump do not move."""
    return statistics.median((ys[j] - ys[i]) / (xs[j] - xs[i])
                             for i in range(len(xs)) for j in range(i + 1, len(xs)))


def chart(title, xs, ys, unit, width=72, height=12):
    """A text chart: the median of each column's samples as a dot, its spread as a line."""
    low, high = min(ys), max(ys)
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    span = (max(xs) - min(xs)) or 1
    columns = [[] for _ in range(width)]
    for x, y in zip(xs, ys):
        columns[min(width - 1, int((x - min(xs)) / span * width))].append(y)

    def place(value):
        return min(height - 1, int((value - low) / (high - low) * height))

    grid = [[" "] * width for _ in range(height)]
    for at, values in enumerate(columns):
        if values:
            for line in range(place(min(values)), place(max(values)) + 1):
                grid[line][at] = ":"
            grid[place(statistics.median(values))][at] = "o"
    print(f"\n{title} ({unit}; o median, : spread)")
    for line in reversed(range(height)):
        edge = low + (high - low) * (line + 0.5) / height
        print(f"  {edge:9.2f} |{''.join(grid[line])}")
    print(f"  {'':9} +{'-' * width}")
    print(f"  {'':9}  {min(xs):<8.1f}{'minutes':^{width - 16}}{max(xs):>8.1f}")


def write_csv(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def punch(path, size):
    """Gives the first bytes of a file back to the disk; its length stays."""
    subprocess.run(["fallocate", "--punch-hole", "--offset", "0", "--length", str(max(size, 1)),
                    str(path)], check=True)
