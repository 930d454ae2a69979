"""What the Dockerfile promises can be seen without building it; `scripts/bench --container` does build it."""

from pathlib import PurePath

from amportal import roles
from bench.dockerfile import Step, last, sent, steps
from tests.house.tree import PROJECT, walk

STEPS = steps((PROJECT / "Dockerfile").read_text(encoding="utf-8"))
IN_THE_IMAGE = {PurePath("/app") / name for name in sent(PROJECT)}


def test_it_ends_as_a_user_without_rights() -> None:
    assert last(STEPS, "USER").rest.isdigit()
    assert int(last(STEPS, "USER").rest) >= 10_000
    after = STEPS[STEPS.index(last(STEPS, "USER")) :]
    assert "COPY" not in [step.name for step in after]


def test_it_starts_the_web_server_and_asks_it_whether_it_is_well() -> None:
    program = last(STEPS, "ENTRYPOINT").command()
    check = Step("CMD", last(STEPS, "HEALTHCHECK").rest.partition("CMD ")[2]).command()
    assert PurePath(program[1]) in IN_THE_IMAGE
    assert check == [*program, "health", "web"]
    assert last(STEPS, "CMD").command()[0] == "web"
    assert {"web", "worker", "serve", "prepare", "health"} <= roles.ROLES.keys()


def test_the_product_goes_in_whole_and_nothing_else_does() -> None:
    rooms = {name.parts[2] for name in IN_THE_IMAGE}
    assert rooms == {"amportal", "ingest", "templates", "static", "locale", "manage.py", "requirements.txt", "LICENSE"}
    for room in ("amportal", "ingest", "templates", "static"):
        here = {PurePath("/app") / path.relative_to(PROJECT) for path in walk(PROJECT / room)}
        assert {path for path in here - IN_THE_IMAGE if path.suffix not in {".nbi", ".nbc", ".pyc"}} == set()
    assert [name for name in IN_THE_IMAGE if name.suffix in {".sqlite3", ".key", ".pyc", ".nbi"}] == []


def test_packages_are_installed_with_checked_hashes() -> None:
    installs = [step.rest for step in STEPS if "pip install" in step.rest]
    assert installs
    assert all("--require-hashes" in text for text in installs)
