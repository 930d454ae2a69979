"""What `scripts/run` says: its own sentences, and the lines of each program behind that program's name."""

import sys


class Console:
    """Writes whole lines to standard output; a terminal that was closed is no reason to fail."""

    _gone = False

    def say(self, *sentences: str) -> None:
        """What the person at the terminal should read."""
        self._write("".join(f"{sentence}\n" for sentence in sentences))

    def log(self, name: str, line: str) -> None:
        """One line of a program."""
        self._write(f"{name:<12} | {line}\n")

    def fail(self, sentence: str) -> None:
        """Why there is no portal."""
        sys.stderr.write(f"scripts/run: {sentence}\n")

    def _write(self, text: str) -> None:
        if self._gone:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            self._gone = True
