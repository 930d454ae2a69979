"""Transforms over bytes. Each returns the new end of the value, or -1 where only the exact rules can tell."""

from ingest.engine.kernels.compiled import compiled
from ingest.engine.kernels.sha256 import hex_sha256
from ingest.engine.kernels.tables import (
    OP_DIGITS,
    OP_EMAIL_SHA256,
    OP_LOWER,
    OP_PAD_LEFT,
    OP_PREFIX,
    OP_REPLACE,
    OP_SHA256,
    OP_STRIP_ZEROS,
    OP_UPPER,
)
from ingest.engine.kernels.text import has_high_byte, trimmed

UNDECIDED = -1


@compiled
def to_lower(buffer, start, end):
    """ASCII small letters in place."""
    for at in range(start, end):
        if 65 <= buffer[at] <= 90:
            buffer[at] |= 0x20
    return end


@compiled
def to_upper(buffer, start, end):
    """ASCII capitals in place."""
    for at in range(start, end):
        if 97 <= buffer[at] <= 122:
            buffer[at] &= 0xDF
    return end


@compiled
def keep_digits(buffer, start, end):
    """Only 0-9."""
    to = start
    for at in range(start, end):
        if 48 <= buffer[at] <= 57:
            buffer[to] = buffer[at]
            to += 1
    return to


@compiled
def move(buffer, start, end, to):
    """Copy a range to a lower place; the place behind it."""
    for at in range(start, end):
        buffer[to] = buffer[at]
        to += 1
    return to


@compiled
def open_gap(buffer, start, end, gap):
    """Shift a range up by `gap` bytes; its new end."""
    for at in range(end - 1, start - 1, -1):
        buffer[at + gap] = buffer[at]
    return end + gap


@compiled
def strip_zeros(buffer, start, end):
    """No leading zeros; a value of nothing but zeros keeps one."""
    at = start
    while at < end - 1 and buffer[at] == 48:
        at += 1
    return move(buffer, at, end, start)


@compiled
def put_before(buffer, start, end, slots, step):
    """A prefix in front of the value."""
    first = slots.step_from[step, 0]
    length = slots.step_from[step, 1] - first
    end = open_gap(buffer, start, end, length)
    for place in range(length):
        buffer[start + place] = slots.text[first + place]
    return end


@compiled
def pad_left(buffer, start, end, slots, step):
    """Fill up with one character to a width in characters."""
    gap = slots.step_number[step] - (end - start)
    if gap <= 0:
        return end
    end = open_gap(buffer, start, end, gap)
    for at in range(start, start + gap):
        buffer[at] = slots.text[slots.step_from[step, 0]]
    return end


@compiled
def stands_at(buffer, at, end, text, first, last):
    """Whether `text[first:last]` stands at `at`."""
    if at + last - first > end:
        return False
    for place in range(last - first):
        if buffer[at + place] != text[first + place]:
            return False
    return True


@compiled
def replace(buffer, start, end, slots, step):
    """Every occurrence of one text by another that is not longer."""
    old, old_end = slots.step_from[step, 0], slots.step_from[step, 1]
    new, new_end = slots.step_to[step, 0], slots.step_to[step, 1]
    to = start
    at = start
    while at < end:
        if stands_at(buffer, at, end, slots.text, old, old_end):
            for place in range(new, new_end):
                buffer[to] = slots.text[place]
                to += 1
            at += old_end - old
        else:
            buffer[to] = buffer[at]
            to += 1
            at += 1
    return to


@compiled
def email_sha256(buffer, start, end, words):
    """Trim, small letters, SHA-256."""
    first, last = trimmed(buffer, start, end)
    to_lower(buffer, first, last)
    return hex_sha256(buffer, first, last, start, words)


@compiled
def take_step(buffer, start, end, slots, step, words):
    """Apply one transform to the value in place: its new end, or UNDECIDED."""
    code = slots.step[step]
    if code == OP_DIGITS:
        return keep_digits(buffer, start, end)
    if code == OP_STRIP_ZEROS:
        return strip_zeros(buffer, start, end)
    if code == OP_REPLACE:
        return replace(buffer, start, end, slots, step)
    if code == OP_PREFIX:
        return put_before(buffer, start, end, slots, step)
    if code == OP_SHA256:
        return hex_sha256(buffer, start, end, start, words)
    if has_high_byte(buffer, start, end):
        return UNDECIDED
    if code == OP_LOWER:
        return to_lower(buffer, start, end)
    if code == OP_UPPER:
        return to_upper(buffer, start, end)
    if code == OP_PAD_LEFT:
        return pad_left(buffer, start, end, slots, step)
    return email_sha256(buffer, start, end, words) if code == OP_EMAIL_SHA256 else UNDECIDED


@compiled
def longest_result(slots, slot, length):
    """Bytes that the steps of a slot may need for a value of `length` bytes."""
    room = length
    for step in range(slots.first_step[slot], slots.first_step[slot + 1]):
        code = slots.step[step]
        if code == OP_PREFIX:
            room += slots.step_from[step, 1] - slots.step_from[step, 0]
        elif code == OP_PAD_LEFT:
            room = max(room, slots.step_number[step])
        elif code == OP_SHA256 or code == OP_EMAIL_SHA256:
            room = max(room, 64)
    return room


@compiled
def transformed(buffer, start, end, target, at, slots, slot, words):
    """Copy a value to `target` at `at` and apply the slot's steps: its end there, or UNDECIDED."""
    stop = at
    for place in range(start, end):
        target[stop] = buffer[place]
        stop += 1
    for step in range(slots.first_step[slot], slots.first_step[slot + 1]):
        stop = take_step(target, at, stop, slots, step, words)
        if stop < at:
            return UNDECIDED
    return stop
