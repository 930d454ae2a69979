"""One of many processes that claim the same jobs: `python -m tests.faults.claimer NUMBER`.

It waits for a line on its input, so that all begin together, claims every job in an order of its own, finishes what it
got, and prints the IDs of that as JSON. An error of the database ends it, and is seen.
"""

import json
import os
import random
import sys

import django


def main(number: int) -> None:
    """Claim until nobody has left anything."""
    django.setup()
    from ingest.models import Job  # noqa: PLC0415 - Django first
    from ingest.services import work  # noqa: PLC0415 - likewise

    jobs = list(Job.objects.values_list("pk", flat=True))
    random.Random(number).shuffle(jobs)
    _say("ready")
    sys.stdin.readline()
    got: list[int] = []
    for job in jobs:
        claim = work.claim(job, f"claimer-{os.getpid()}", kind=Job.Kind.CHECK)
        if claim is not None:
            claim.renew()
            claim.finish()
            got.append(job)
    _say(json.dumps(got))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
