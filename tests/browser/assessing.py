"""The worker that reads repositories, with a small real one made here: a test never leaves this machine."""

from __future__ import annotations

from pathlib import Path

from assess.histories import ADA, BOB, EVE, Made, repository

from browser.people import run
from browser.site import Site

WORDS = "Un registre partagé des vélos que deux écoles se prêtent, avec qui les a et jusqu’à quand. " * 12
FILES = {
    "README.md": f"# Vélos\n\n## Installation\n\n{WORDS}\n",
    "LICENSE": (Path(__file__).parents[2] / "LICENSE").read_bytes(),
    "CONTRIBUTING.md": WORDS,
}
READ = """
from contextlib import contextmanager
from pathlib import Path
from communaux.assessment.models import Run
from communaux.assessment.tasks import assess_repository
@contextmanager
def copy(url, *, told=lambda stage: None):
    told("fetch")
    yield Path({folder!r})
for run in Run.objects.filter(state__in=Run.LIVE).order_by("created_at"):
    assess_repository.func(str(run.progress_id), str(run.pk), fetch=copy)
    print(run.pk)
"""


def lively(folder: Path, turns: int = 130) -> Path:
    """Two years and more of three people, the last of them new."""
    who = (ADA, BOB, ADA, BOB, EVE)
    made = [Made(0, ADA, FILES)]
    made += [Made(7 * n, who[n % 5] if n > 80 else who[n % 4], {f"src/{n % 9}.py": f"{n}\n"}) for n in range(1, turns)]
    return repository(folder, made)


def read_repositories(site: Site, folder: Path) -> int:
    """Carry out what waits, as the worker does, with this repository for every address; how many were read."""
    return len(run(site, READ.format(folder=str(folder))))
