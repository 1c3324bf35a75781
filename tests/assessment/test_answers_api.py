"""Declared answers for programs: the whole bank, evidence and readings, frames; the same as on the pages."""

from __future__ import annotations

import pytest
from assessment.answering import LINK, answered, reviewed
from calling import Program, refused
from factories import CommonsFactory
from slices import NOW
from uses import Cast

pytestmark = pytest.mark.django_db

AT = "/assessment/commons/umap/answers"


def test_an_answer_with_all_that_bears_it_out(cast: Cast) -> None:
    answer = answered(cast, links=(LINK,))
    review = reviewed(answer, cast["member"], cast.town)
    told = Program().get(AT).json()
    assert (told["commons"], len(told["questions"]), [one["code"] for one in told["frames"]]) == (
        *("umap", 36),
        ["dpg", "spc", "ostrom"],
    )
    (found,) = [one for one in told["questions"] if one["answer"]]
    assert (found["code"], found["level"], found["level_word"]) == (
        "data_export",
        3,
        "confirmed by another organisation",
    )
    given = found["answer"]
    assert (given["id"], given["value"], given["text"]) == (str(answer.pk), "yes", answer.text)
    assert (given["expires_on"], given["expired"], given["contested"]) == ("2028-09-01", False, False)
    assert [one["locator"] for one in given["evidence"]] == ["https://demo.example/export"]
    assert [(one["level"], one["fact"], one["organisation"]) for one in given["reviews"]] == [
        (3, review.fact, "Commune de démonstration")
    ]
    assert "steward@" not in str(told)


def test_what_there_is_not_and_what_has_moved(cast: Cast) -> None:
    refused(Program().get("/assessment/commons/nulle-part/answers"), 404, "unknown_commons")
    refused(Program().get(f"{AT}?frame=dpg"), 422, "unknown_parameter")
    CommonsFactory(slug="ancien", state="merged", merged_into=cast.commons, updated_at=NOW)
    moved = Program().get("/assessment/commons/ancien/answers")
    assert (moved.status_code, moved["location"]) == (308, f"/api/v1{AT}")
