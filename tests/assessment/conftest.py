"""A commons with a small real repository, and a way to have it read without a network."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from assess.histories import ADA, BOB, DAY, EPOCH, EVE, Made, repository
from assessment.running import Fetch, asked, carried_out, copy_of
from django.utils import timezone
from uses import Cast

from communaux.assessment.models import Run
from communaux.catalogue.models import Commons

URL = "https://github.com/demo/velos"


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    """Two years of three people, the last of them new; nothing in the last four months, whatever the day of the test."""
    last = datetime.combine(timezone.localdate() - timedelta(days=120), time(12), UTC)  # noon: the same day everywhere
    who, start = (ADA, BOB, ADA, BOB, EVE), (last.timestamp() - EPOCH) / DAY - 7 * 109
    made = [
        Made(start + 7 * n, who[n % 5] if n > 30 else who[n % 4], {f"src/{n % 9}.py": f"{n}\n"}) for n in range(110)
    ]
    return repository(tmp_path / "made", made)


@pytest.fixture
def fetch(git_dir: Path) -> Fetch:
    return copy_of(git_dir)


@pytest.fixture
def velos(cast: Cast) -> Commons:
    cast.commons.resources.create(kind="software", repository=URL)
    return cast.commons


@pytest.fixture
def assessed(velos: Commons, cast: Cast, fetch: Fetch) -> Run:
    return carried_out(asked(cast["reader"], velos), fetch)
