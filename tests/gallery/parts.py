"""Components by themselves, as docs/design.md shows them."""

from tests.gallery.components import GROUPS
from tests.gallery.state import Build, Shown, state

PRESSED = {"dialogs": "main form .button"}


def _group(name: str) -> Build:
    return lambda: Shown(f"/dev/components/{name}", press=PRESSED.get(name, ""))


for group in GROUPS:
    state(f"components-{group}")(_group(group))
