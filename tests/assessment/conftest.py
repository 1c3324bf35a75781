"""A commons with a small real repository, and a way to have it read without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from assess.histories import ADA, BOB, EVE, Made, repository
from slices import NOW
from uses import Cast

from communaux.assessment import services
from communaux.assessment.models import Run
from communaux.assessment.tasks import assess_repository
from communaux.catalogue.models import Commons
from communaux.core.models import Person
from communaux.engines.assess.kernel import Told, silent
from communaux.engines.assess.model import AssessError

URL = "https://github.com/demo/velos"
type Fetch = Callable[..., AbstractContextManager[Path]]


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    """Forty weeks of three people, the last of them new."""
    who = (ADA, BOB, ADA, BOB, EVE)
    made = [Made(7 * n, who[n % 5] if n > 30 else who[n % 4], {f"src/{n % 9}.py": f"{n}\n"}) for n in range(110)]
    return repository(tmp_path / "made", made)


@pytest.fixture
def fetch(git_dir: Path) -> Fetch:
    return copy_of(git_dir)


def copy_of(git_dir: Path) -> Fetch:
    @contextmanager
    def given(url: str, *, told: Told = silent) -> Iterator[Path]:
        told("fetch")
        yield git_dir

    return given


def failing(code: str) -> Fetch:
    @contextmanager
    def given(url: str, *, told: Told = silent) -> Iterator[Path]:
        told("fetch")
        raise AssessError(code, f"what {url} said")
        yield Path()

    return given


@pytest.fixture
def velos(cast: Cast) -> Commons:
    cast.commons.resources.create(kind="software", repository=URL)
    return cast.commons


def asked(by: Person, commons: Commons) -> Run:
    return services.ask_run(by, commons, at=NOW)


def carried_out(run: Run, fetch: Fetch) -> Run:
    """As the worker does it."""
    assess_repository.func(str(run.progress_id), str(run.pk), fetch=fetch)
    return Run.objects.select_related("progress", "repository").get(pk=run.pk)


@pytest.fixture
def assessed(velos: Commons, cast: Cast, fetch: Fetch) -> Run:
    return carried_out(asked(cast["reader"], velos), fetch)
