"""The portal with its gallery: `python -m tests.gallery.server` shows it to people, tests start it themselves."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.browser.portal_server import PortalServer
from tests.gallery.manifest import Made, kept

SETTINGS = "tests.gallery.settings"
BUILD_SECONDS = 600  # half a minute on a machine of its own


class Gallery(PortalServer):
    """A portal whose database holds every state. `states` says where each is."""

    def __init__(self, folder: Path, *names: str, **settings: str) -> None:
        super().__init__(folder, DJANGO_SETTINGS_MODULE=SETTINGS, **settings)
        self._names = names
        self.states: list[Made] = []

    def __enter__(self) -> Self:
        super().__enter__()
        self._run("-m", "tests.gallery.build", *self._names, seconds=BUILD_SECONDS)
        self.states = kept(self.folder)
        return self

    @contextmanager
    def beside(self, **settings: str) -> Iterator[PortalServer]:
        """Another server of the same states, with other settings."""
        other = PortalServer(self.folder, DJANGO_SETTINGS_MODULE=SETTINGS, **settings)
        other.start()
        try:
            yield other
        finally:
            other.stop()


def main() -> None:
    """Serve until Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="amportal-gallery-") as folder, Gallery(Path(folder)) as gallery:
        sys.stdout.write(f"{len(gallery.states)} states: {gallery.url}/dev/states/\nCtrl-C stops it.\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
