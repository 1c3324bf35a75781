"""SQLite and PostgreSQL give the same hits, in the same order, with the same scores, from the same bytes of index."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import databases
import pytest

TESTS = Path(__file__).parents[1]
ASK = f"""
import json, sys
sys.path.insert(0, {str(TESTS)!r})
from communaux.cli.desk import setup
setup()
from communaux.catalogue import indexing, linking
from communaux.catalogue.queries.search import search
from communaux.core.models import Person
from slices import SLICES, bring

desk = Person.objects.desk()
for key, size in SLICES.items():
    bring(desk, key, size)
sha = indexing.reindex(desk).sha256
linking.link(desk)
asked = ["logiciel", "carte en ligne", "gérer la cantine de l'école", "alternative à Trello", "video",
         "transport", "Nextcloud", "SIG", "open data portal", "formulaire démarche en ligne"]
answers = []
for text in asked:
    for page in (1, 2):
        answer = search(text, lang=None, facets={{}}, page=page)
        answers.append([text, page, answer.pages, [
            [one.commons.slug, repr(one.hit.final), repr(one.hit.rel), [twin.slug for twin in one.twins]] for one in answer.found]])
print(json.dumps({{"sha": sha, "answers": answers}}))
"""


def answers(environment: dict[str, str]) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, text=True, capture_output=True, timeout=300, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.shared
@pytest.mark.skipif(not databases.is_postgres(), reason="compared in the run on PostgreSQL")
def test_the_same_answers_on_both_databases(own_desk: dict[str, str], shared: Path, tmp_path: Path) -> None:
    sqlite = {name: value for name, value in own_desk.items() if name != "DATABASE_URL"}
    sqlite["COMMUNAUX_VAR"] = str(tmp_path / "sqlite")
    databases.file_with_tables(tmp_path / "sqlite" / "communaux.sqlite3")
    assert "DATABASE_URL" in own_desk
    on_postgres, on_sqlite = answers(own_desk), answers(sqlite)
    assert on_postgres == on_sqlite
    assert sum(len(found) for _text, _page, _pages, found in on_sqlite["answers"]) > 50
