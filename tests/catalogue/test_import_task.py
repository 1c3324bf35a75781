"""The import that an operator starts from a page: in whose name, and what it tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as desk_settings
from django.utils.translation import override

from communaux.catalogue.models import SourceRecord
from communaux.catalogue.tasks import import_source
from communaux.core import tasks
from communaux.core.models import Entry, Person, Progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.CATALOGUES, settings.VAR = str(tmp_path / "catalogues"), tmp_path
    path = tmp_path / "catalogues" / "sill" / "sill-2022.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps([*({"id": f"{n}", "i": f"N {n}", "l": "MIT"} for n in range(5)), {"id": "x"}]))
    return path


def run(by: Person, key: str = "sill") -> Progress:
    progress = Progress.objects.create(kind=f"import:{key}", title="t", started_by=by)
    import_source.func(str(progress.pk), key)
    progress.refresh_from_db()
    return progress


def test_it_is_written_down_in_the_name_of_who_started_it(person: Callable[..., Person], folder: Path) -> None:
    operator = person("operator@demo.example", operator=True)
    known = Entry.objects.count()
    assert run(operator).state == "done"
    assert {line.actor for line in Entry.objects.order_by("seq")[known:]} == {operator}


def in_french(work: Progress) -> list[str]:
    with override("fr"):
        return tasks.messages(work)


def test_refused_lines_are_kept_and_told(desk: Person, folder: Path) -> None:
    work = run(desk)
    path = desk_settings.VAR / "sill.refus.csv"
    assert "Missing: name" in path.read_text("utf-8-sig")
    assert in_french(work) == [
        "5 créées, 0 modifiées, 0 inchangées, 0 mises à l’écart, 0 disparues, 0 corrigées, 1 refusées",
        f"Lignes refusées et leurs raisons, sur la machine du guichet\u202f: {path}",
    ]
    folder.write_text(folder.read_text().replace('"N 4"', '""'))
    assert in_french(run(desk))[2:] == [
        "Fiches non retrouvées\u202f: 1. Elles restent\u202f: une ligne refusée les contient peut-être."
    ]
    assert SourceRecord.objects.filter(state="live").count() == 5


def test_a_source_that_is_nowhere_ends_with_a_sentence(desk: Person, folder: Path) -> None:
    from communaux.core.errors import NotFound

    with pytest.raises(NotFound):
        run(desk, "comptoir")
    assert Progress.objects.get().error
