"""A receiver with gpg and keys of their own, as Audience Manager's side of the exchange has them."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

SECONDS_FOR_GPG = 60


@dataclass(frozen=True)
class Receiver:
    """A gpg home folder."""

    home: Path

    def gpg(self, *arguments: object, feed: bytes = b"", at: str | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run gpg; `at`: the time that it takes for now, as `20200101T000000`."""
        clock = ["--faked-system-time", f"{at}!"] if at else []
        return subprocess.run(
            ["gpg", "--homedir", self.home, "--batch", "--yes", "--no-tty", *clock, *map(str, arguments)],
            input=feed, capture_output=True, timeout=SECONDS_FOR_GPG, check=True,
        )  # fmt: skip

    def make_key(
        self, name: str, *, kind: str = "RSA", length: str = "Key-Length: 2048", expires: str = "0",
        subkey: str = "Subkey-Type: RSA\nSubkey-Length: 2048\nSubkey-Usage: encrypt", at: str | None = None,
    ) -> str:  # fmt: skip
        """Make a key pair without a passphrase; its fingerprint."""
        recipe = f"%no-protection\nKey-Type: {kind}\n{length}\nKey-Usage: sign\n{subkey}\n"
        recipe += f"Name-Real: {name}\nName-Email: {name}@example.com\nExpire-Date: {expires}\n%commit\n"
        made = self.gpg("--status-fd", 1, "--gen-key", feed=recipe.encode(), at=at)
        return made.stdout.decode().partition("KEY_CREATED ")[2].split()[1]

    def export(self, path: Path, *fingerprints: str, armor: bool = True) -> Path:
        """Write the public keys into a file."""
        form = ["--armor"] if armor else []
        path.write_bytes(self.gpg(*form, "--export", *fingerprints).stdout)
        return path

    def close(self) -> None:
        """End the agent that gpg started for this folder."""
        subprocess.run(
            ["gpgconf", "--homedir", self.home, "--kill", "all"],
            capture_output=True, timeout=SECONDS_FOR_GPG, check=True,
        )  # fmt: skip
