"""The script that everyone writes first: csv module, gzip 6: `python -m bench.yardsticks.plain_csv IN OUT REFUSED`.

It knows six columns, the common row checks, the 200 lines of an ID and the record limit; no report, no split parts,
no white space beyond ASCII. It is a yardstick, not a second engine.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import Counter
from pathlib import Path

SIGNALS = {2: "gender", 3: "age", 4: "city", 8: "newsletter", 9: "plan"}
UNSAFE = re.compile(r'[\s",\x00-\x1f\x7f]*[",\x00-\x1f\x7f][\s",\x00-\x1f\x7f]*')
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def convert(source: str, target: str, refused: str) -> int:
    """Turn a customer file into inbound lines; returns how many rows had a good ID."""
    seen: Counter[str] = Counter()
    csv.field_size_limit(1 << 24)
    with (
        Path(source).open(encoding="utf-8", newline="") as file,
        gzip.open(target, "wt", compresslevel=6, encoding="utf-8", newline="\n") as out,
        Path(refused).open("w", encoding="utf-8", newline="") as bad,
    ):
        rows, rejects = csv.reader(file), csv.writer(bad)
        width = len(next(rows))
        for number, row in enumerate(rows, 2):
            user = row[0].strip() if row else ""
            if len(row) != width or not user or ":" in user or "%3a" in user.lower() or EMAIL.fullmatch(user):
                rejects.writerow([number, *row])
                continue
            found = [(key, UNSAFE.sub(" ", row[place]).strip()) for place, key in SIGNALS.items()]
            found += [("segment", piece.strip()) for piece in row[5].split("|")]
            line = user + "\t" + ",".join(f'"{key}"="{value}"' for key, value in found if value) + "\n"
            seen[user] += 1
            if seen[user] > 200 or line.endswith("\t\n") or len(line.encode()) > 102_400:
                rejects.writerow([number, *row])
            else:
                out.write(line)
    return seen.total()


if __name__ == "__main__":
    print(convert(*sys.argv[1:4]))
