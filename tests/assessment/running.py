"""Runs of the tests: asked for as on the page, carried out as by the worker, with copies that come from no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from slices import NOW

from communaux.assessment import services
from communaux.assessment.models import Run
from communaux.assessment.tasks import assess_repository
from communaux.catalogue.models import Commons
from communaux.core.models import Person
from communaux.engines.assess.kernel import Told, silent
from communaux.engines.assess.model import AssessError

type Fetch = Callable[..., AbstractContextManager[Path]]


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


def asked(by: Person, commons: Commons) -> Run:
    return services.ask_run(by, commons, at=NOW)


def carried_out(run: Run, fetch: Fetch) -> Run:
    """As the worker does it."""
    assess_repository.func(str(run.progress_id), str(run.pk), fetch=fetch)
    return Run.objects.select_related("progress", "repository").get(pk=run.pk)
