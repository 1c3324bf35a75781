"""`communaux gatherings load|remind|scoreboard`."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from uses import Cast

from communaux.cli import main
from communaux.gatherings import services
from communaux.gatherings.models import Edition, Reminder, Roadmap

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
