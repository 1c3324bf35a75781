"""Stages: every word of a source has one, and the way to publiccode and back keeps its meaning."""

from communaux.catalogue import stages


def test_every_mapping_ends_in_a_known_stage():
    mapped = {*stages.BETAGOUV.values(), *stages.PUBLICCODE.values(), *stages.REPOSTATUS.values(), *stages.ORE.values()}
    assert mapped - {""} <= set(stages.STAGES)
    assert set(stages.TO_PUBLICCODE) == set(stages.STAGES)


def test_to_publiccode_and_back_is_a_stage_of_the_same_word():
    assert {status: stages.TO_PUBLICCODE[stage] for status, stage in stages.PUBLICCODE.items()} == {
        status: status for status in stages.PUBLICCODE
    }


def test_only_ends_have_a_cause():
    assert {word for word, stage in stages.BETAGOUV.items() if stage == "ended"} == set(stages.BETAGOUV_CAUSE)
