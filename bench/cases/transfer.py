"""A part of 500 MB to each kind of receiver, against the program that people would send it with by hand."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bench.measure import run
from bench.pairs import Pairs, in_turn
from bench.results import Better, Result, Target
from bench.transfer.receiver import ROWS, delivery_of, parts, receiving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Measurement
    from bench.setting import Setting
    from bench.transfer.receiver import Part

SFTP = Target(Better.HIGHER, 0.65, 1.0)
S3 = Target(Better.HIGHER, 1.0, 3)
FTP = Target(Better.HIGHER, 0.9, 1.0)
HASH = "import hashlib, sys; hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256')"


def sftp(setting: Setting) -> Sequence[Result]:
    """Against OpenSSH's `sftp` with its own choice of a cipher; sending alone, and with reading back."""
    return _sent_and_read_back(setting, "sftp", SFTP, {"read_back": False})


def ftp(setting: Setting) -> Sequence[Result]:
    """Against `curl -T`, unencrypted."""
    return _sent_and_read_back(setting, "ftp", FTP, {"read_back": "never"})


def ftps(setting: Setting) -> Sequence[Result]:
    """Against `curl -T`, encrypted."""
    return _sent_and_read_back(setting, "ftps", None, {"read_back": "never"})


def s3(setting: Setting) -> Sequence[Result]:
    """Against `aws s3 cp`, a whole process; the delivery, and its process from its start to its end.

    There is no reading back: S3 itself compares checksums on both sides.
    """
    rows = setting.rows_or(ROWS)
    with parts(setting, rows) as (part,), receiving("s3") as receiver:
        send, by_hand = partial(receiver.process, part), partial(receiver.by_hand, receiver.put, part)
        send()
        whole = in_turn(send, by_hand, setting.pairs)
    pairs = replace(whole, subject=tuple(map(delivery_of, whole.subject)))
    return [
        Result("s3", "share of aws s3 cp's speed", rows, "x", pairs.times_faster(), S3, pairs.details()),
        Result("s3", "the same, whole processes", rows, "x", whole.times_faster(), None, whole.details()),
    ]


def _sent_and_read_back(
    setting: Setting, way: str, target: Target | None, sends_only: dict[str, object]
) -> Sequence[Result]:  # fmt: skip
    """Sending alone against the program's; reading back as well against the program that fetches the file again.

    Both are deliveries from connecting to the final name, with the hash of all that is sent. The program hashes
    nothing, so it is told as well how quick somebody would be who does that alone.
    """
    rows = setting.rows_or(ROWS)
    with parts(setting, rows) as (part,), receiving(way) as receiver:
        send, whole = partial(receiver.deliver, part, **sends_only), partial(receiver.deliver, part)
        put, both = (partial(receiver.by_hand, command, part) for command in (receiver.put, receiver.both))
        put()  # the first file is what the machine finds room in its memory for
        sending = in_turn(send, put, setting.pairs)
        reading = in_turn(whole, both, setting.pairs)
        hashing = Pairs(tuple(_hashed(part) for _ in range(setting.pairs)), sending.yardstick)
    cost = Pairs(reading.subject, sending.subject)
    return [
        Result(way, "sending: share of its speed", rows, "x", sending.times_faster(), target, sending.details()),
        Result(way, "and read back: share of its speed both ways", rows, "x", reading.times_faster(), None,
               reading.details()),
        Result(way, "and read back: times as long as sending", rows, "x", cost.times_as_long()),
        Result(way, "hashing the file alone: share of its speed", rows, "x", hashing.times_faster()),
    ]  # fmt: skip


def _hashed(part: Part) -> Measurement:
    return run([sys.executable, "-c", HASH, str(part.path)])
