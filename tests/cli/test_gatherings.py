"""`communaux gatherings load|import|remind|scoreboard`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from uses import Cast

from communaux.cli import main
from communaux.core.models import Person
from communaux.gatherings import services, shipped
from communaux.gatherings.models import Edition, Reminder, Roadmap
from communaux.gatherings.queries import programmes

pytestmark = pytest.mark.django_db


def test_load_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(["gatherings", "load"]) for _time in range(2)] == [0, 0]
    assert capsys.readouterr().out.splitlines() == ["4 of 4 editions changed", "0 of 4 editions changed"]
    assert not Edition.objects.filter(fictive=True).exists(), "a desk that is no demonstration holds real ones only"


def test_the_balance(capsys: pytest.CaptureFixture[str]) -> None:
    main(["gatherings", "load"])
    capsys.readouterr()
    assert main(["gatherings", "scoreboard", "nec-2021", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["published"] == 6
    assert main(["gatherings", "scoreboard", "nec-2021"]) == 0
    assert "months     unknown" in capsys.readouterr().out
    assert main(["gatherings", "scoreboard", "rien"]) == 2
    assert "Ce guichet ne connaît pas cette rencontre." in capsys.readouterr().err


def test_remind(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    main(["gatherings", "load"])
    real = Roadmap.objects.get(slug="reconditionne")
    services.adopt(cast["member"], real, organisation=cast.town, role="x", at=datetime(2024, 1, 10, 11, tzinfo=UTC))
    capsys.readouterr()
    assert main(["gatherings", "remind", "--at", "2024-04-10", "--dry-run"]) == 0
    assert capsys.readouterr().out == "1 invited, 0 fell silent, 0 cannot be asked (nothing was written)\n"
    assert not Reminder.objects.exists()
    assert main(["gatherings", "remind", "--at", "2024-04-10"]) == 0
    assert main(["gatherings", "remind", "--at", "2024-04-10"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 invited, 0 fell silent, 0 cannot be asked",
        "0 invited, 0 fell silent, 0 cannot be asked",
    ]
    Roadmap.objects.update(contact=None)
    assert main(["gatherings", "remind", "--at", "2024-07-10"]) == 1
    with pytest.raises(SystemExit):
        main(["gatherings", "remind", "--at", "demain"])


def test_a_programme_comes_in_from_a_file(
    cast: Cast, desk: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str], now: datetime
) -> None:
    for given in shipped.made_up():
        services.load_edition(desk, given, at=now)
    coming = Edition.objects.get(slug="rencontre-fictive-a-venir")
    file = tmp_path / "schedule.xml"
    file.write_bytes(programmes.content(programmes.file_of(coming, "xml")[0]))
    asked = ["gatherings", "import", str(file), "--edition", coming.slug]
    assert main(asked) == 0
    assert capsys.readouterr().out == "0 new, 12 rewritten in the draft of Rencontre fictive à venir\n"
    file.write_text("<schedule>")
    assert main(asked) == 2
    assert "abîmé" in capsys.readouterr().err
    assert main(["gatherings", "import", str(tmp_path / "rien"), "--edition", coming.slug]) == 2
    assert main(["gatherings", "import", str(file), "--edition", "rien"]) == 2
