"""Whether two pictures of pages are alike, coarsely: other fonts, dates and numbers do not count, other things do."""

import struct
import zlib
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.float64]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS: Final = {2: 3, 6: 4}  # colour types RGB and RGBA, which Chromium writes
_BLOCK: Final = 32
# Text is thin, so a block of a few words differs little from an empty one; what counts is how many blocks differ.
_OTHER: Final = 6.0


def size(path: Path) -> tuple[int, int]:
    """Width and height that a PNG says it has."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return int(width), int(height)


def difference(one: Path, other: Path) -> float:
    """The share (0..1) of a page that looks different; both have the same size."""
    return float(np.mean(np.abs(_coarse(grey_of(one)) - _coarse(grey_of(other))) > _OTHER))


def grey_of(path: Path) -> Grey:
    """The grey values of a PNG of 8 bits a channel, without interlacing."""
    content = path.read_bytes()
    assert content.startswith(_SIGNATURE), path
    at, data = len(_SIGNATURE), b""
    width = height = channels = 0
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        chunk = content[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunk)
            assert (depth, interlaced) == (8, 0), path
            channels = _CHANNELS[colour]
        elif kind == b"IDAT":
            data += chunk
        at += length + 12
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    pixels = _unfiltered(rows, channels).reshape(height, width, channels)[:, :, :3]
    grey: Grey = pixels.astype(np.float64) @ np.array([0.3, 0.59, 0.11])
    return grey


def _unfiltered(rows: npt.NDArray[np.uint8], step: int) -> npt.NDArray[np.uint8]:
    """The bytes of the pixels: each row says how it was predicted from its left and upper neighbours."""
    done = np.zeros((rows.shape[0] + 1, rows.shape[1] - 1 + step), np.uint8)
    for number, row in enumerate(rows):
        above, line, kind, cells = done[number], done[number + 1], row[0], row[1:]
        if kind == 2:  # up
            line[step:] = cells + above[step:]
        elif kind == 0:
            line[step:] = cells
        else:
            _predict(int(kind), cells.tolist(), above.tolist(), line, step)
    return done[1:, step:]


def _predict(kind: int, cells: list[int], above: list[int], line: npt.NDArray[np.uint8], step: int) -> None:
    made = [0] * (len(cells) + step)
    for at, cell in enumerate(cells):
        left, up, corner = made[at], above[at + step], above[at]
        guess = left if kind == 1 else (left + up) // 2 if kind == 3 else _paeth(left, up, corner)
        made[at + step] = (cell + guess) & 255
    line[:] = made


def _paeth(left: int, up: int, corner: int) -> int:
    whole = left + up - corner
    return min((abs(whole - left), 0, left), (abs(whole - up), 1, up), (abs(whole - corner), 2, corner))[2]


def _coarse(grey: Grey) -> Grey:
    """The mean of each block with those around it, so that a line of text that moves a little stays where it is."""
    rows, columns = grey.shape[0] // _BLOCK, grey.shape[1] // _BLOCK
    cut = grey[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK).mean(axis=(1, 3))
    padded = np.pad(cut, 1, mode="edge")
    near = [padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    smooth: Grey = np.mean(near, axis=0)
    return smooth
