"""A program of its own: seals what comes in at its standard input for a key, into a new file.

It takes the file with the key and the one to be made, and ends with 1 and the library's words where that fails. The
library lets no other thread run while it encrypts, and whoever sends has to keep up its lease meanwhile. Nothing of
this project is imported, so that it begins at once.
"""

import sys

from pysequoia import Cert, encrypt_file


def main(key: str, target: str) -> int:
    """Seal; the exit code."""
    try:
        encrypt_file("/dev/stdin", target, [Cert.from_file(key)], armor=False)
    except RuntimeError as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
