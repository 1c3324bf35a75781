"""Whom the acts of the catalogue concern. A new verb needs one line: `tell(…)`, or its name among the silent ones.

The text follows the name of the subject: « Prêt de vélos : publié ».
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communaux.catalogue import shown
from communaux.catalogue.models import Claim, Experience, Need, NeedPool, NeedSupport, OpportunityNote, Provider, Reuse
from communaux.catalogue.models import ThesaurusChange as Word
from communaux.catalogue.queries import concerned
from communaux.catalogue.queries.concerned import authors, editors, followers, joined, keepers, stewards, through
from communaux.core.audiences import by_subject, each, following, members
from communaux.core.models import Contest, Entry
from communaux.core.notify import ASKED, DECIDED, NEWS, name, silent, tell
from communaux.territory.models import Ambassador

type People = concerned.People

for kind, show in shown.BY_KIND.items():
    name(kind, show)

# A commons

its_editors, its_keepers, its_followers = by_subject(editors), by_subject(keepers), by_subject(followers)
its_authors = by_subject(authors)
around = by_subject(lambda ids, day: joined(followers(ids, day), keepers(ids, day)))
READ = ("catalogue.publish", "catalogue.send_back", "catalogue.discard")

tell("catalogue.ask", its_editors, ASKED, _("proposed: an editor has to read it"), until=READ)
tell("catalogue.publish", its_authors, DECIDED, _("published"))
tell("catalogue.send_back", its_authors, DECIDED, _("sent back to you: the reason is on its page"))
for verb, says in (
    ("catalogue.withhold", _("taken off the desk: its address says why")),
    ("catalogue.restore", _("back on the desk")),
    ("catalogue.end", _("somebody said that it has ended")),
    ("catalogue.confirm_end", _("its end is confirmed")),
    ("catalogue.take_back_end", _("its end was taken back")),
    ("catalogue.reopen", _("it starts again")),
):
    tell(verb, its_keepers, DECIDED, says)
    tell(verb, its_followers, NEWS, says)
for verb, says in (
    ("catalogue.merge", _("merged with another sheet")),
    ("catalogue.undo_merge", _("a merge with another sheet was undone")),
):  # a line on each of the two: those who follow one hear of it once
    tell(verb, its_keepers, DECIDED, says)
    tell(verb, by_subject(lambda ids, day: following("commons", ids)), NEWS, says)
tell("catalogue.describe", around, NEWS, _("described better by somebody"))
tell("catalogue.adopt_publiccode", around, NEWS, _("described by its own publiccode.yml"))
tell(
    "catalogue.import",
    by_subject(lambda ids, day: joined(followers(ids, day), stewards(ids, day)), kind="commons"),
    NEWS,
    _("changed by a catalogue that tells of it"),
)
tell("catalogue.relate", its_followers, NEWS, _("a relation to another commons has changed"))

silent("catalogue.draft", "catalogue.discard")  # nobody but its author knows of it
silent("catalogue.show_evidence", "catalogue.answer_duplicate", "catalogue.take_over")  # seen by who reads the proposal
silent("catalogue.propose_pairs", "catalogue.propose_pair", "catalogue.judge_pair", "catalogue.reopen_pair")
silent("catalogue.register_source", "catalogue.close_import", "catalogue.store_index")
silent("catalogue.set_themes", "catalogue.store_themes", "catalogue.place_uses", "catalogue.settle_pools")
silent("catalogue.seat_body")  # read on the page of the body and on that of its territory


# Who speaks for it


def claimed(ids: list[str]) -> dict[str, str]:
    return {str(pk): str(commons) for pk, commons in Claim.objects.filter(pk__in=ids).values_list("pk", "commons_id")}


def claimants(ids: list[str], day: date) -> People:
    return {str(pk): {person} for pk, person in Claim.objects.filter(pk__in=ids).values_list("pk", "person_id")}


DECISIONS = ("catalogue.accept_claim", "catalogue.confirm_claim", "catalogue.refuse_claim")
tell(
    "catalogue.claim", by_subject(through(claimed, editors)), ASKED, _("somebody asks to speak for it"), until=DECISIONS
)
tell(
    "catalogue.accept_claim", by_subject(claimants), DECIDED, _("your proof is found good: a second person is awaited")
)
tell("catalogue.confirm_claim", by_subject(claimants), DECIDED, _("you speak for it for a year"))
tell("catalogue.refuse_claim", by_subject(claimants), DECIDED, _("you were not confirmed: the reason is on its page"))


# Who uses it, who supports it, what they learned


def used(ids: list[str]) -> dict[str, str]:
    return {str(pk): str(commons) for pk, commons in Reuse.objects.filter(pk__in=ids).values_list("pk", "commons_id")}


def supported(ids: list[str]) -> dict[str, str]:
    return {str(pk): str(one) for pk, one in Provider.objects.filter(pk__in=ids).values_list("pk", "commons_id")}


def learned(ids: list[str]) -> dict[str, str]:
    rows = Experience.objects.filter(pk__in=ids).values_list("pk", "reuse__commons_id")
    return {str(pk): str(commons) for pk, commons in rows}


def users(ids: list[str], day: date) -> People:
    """Members of the body that uses it."""
    rows = Reuse.objects.filter(pk__in=ids).values_list("pk", "organisation_id")
    return members({str(pk): body for pk, body in rows}, day)


def providers(ids: list[str], day: date) -> People:
    """Who may confirm a provider: its own people, and the stewards of the commons."""
    rows = Provider.objects.filter(pk__in=ids).values_list("pk", "organisation_id")
    return joined(members({str(pk): body for pk, body in rows}, day), through(supported, stewards)(ids, day))


def said_use(ids: list[str], day: date) -> People:
    return {str(pk): {one} for pk, one in Reuse.objects.filter(pk__in=ids).values_list("pk", "declared_by_id")}


def said_provider(ids: list[str], day: date) -> People:
    return {str(pk): {one} for pk, one in Provider.objects.filter(pk__in=ids).values_list("pk", "declared_by_id")}


around_use = by_subject(through(used, lambda ids, day: joined(followers(ids, day), keepers(ids, day))))
around_provider = by_subject(through(supported, followers))
SAID = ("catalogue.confirm_reuse", "catalogue.end_reuse")
tell("catalogue.declare_reuse", by_subject(users), ASKED, _("declared: a colleague has to confirm it"), until=SAID)
tell("catalogue.confirm_reuse", by_subject(said_use), DECIDED, _("confirmed by a colleague"))
tell("catalogue.confirm_reuse", around_use, NEWS, _("confirmed by a colleague"))
tell(
    "catalogue.mark_stale_reuses",
    by_subject(users),
    ASKED,
    _("a year has passed: is it still so?"),
    until=("catalogue.renew_reuse", "catalogue.end_reuse"),
)
tell("catalogue.end_reuse", around_use, NEWS, _("this use has ended"))
tell(
    "catalogue.declare_provider",
    by_subject(providers),
    ASKED,
    _("declared: somebody else has to confirm it"),
    until=("catalogue.confirm_provider", "catalogue.end_provider"),
)
tell("catalogue.confirm_provider", by_subject(said_provider), DECIDED, pgettext_lazy("use", "confirmed"))
tell("catalogue.confirm_provider", around_provider, NEWS, pgettext_lazy("use", "confirmed"))
tell("catalogue.write_experience", by_subject(through(learned, followers)), NEWS, _("a body tells what it learned"))
silent("catalogue.renew_reuse", "catalogue.end_provider", "catalogue.edit_experience", "catalogue.withdraw_experience")


# What is contested


def contest(entry: Entry) -> Contest | None:
    return Contest.objects.filter(pk=entry.after.get("contest")).first()


def answerers(entry: Entry) -> Iterable[UUID]:
    """Its stewards; where there is none, its editors. Never whoever contests."""
    ids, day, found = [entry.subject_id], timezone.localdate(entry.at), contest(entry)
    asked = stewards(ids, day).get(entry.subject_id) or editors(ids, day).get(entry.subject_id, set())
    return asked - {found.by_id} if found else ()


def judges(entry: Entry) -> Iterable[UUID]:
    """Its editors who stand on neither side."""
    ids, day, found = [entry.subject_id], timezone.localdate(entry.at), contest(entry)
    sides = stewards(ids, day).get(entry.subject_id, set()) | ({found.by_id} if found else set())
    return editors(ids, day).get(entry.subject_id, set()) - sides


def contester(entry: Entry) -> Iterable[UUID]:
    found = contest(entry)
    return [found.by_id] if found else ()


def sides(entry: Entry) -> Iterable[UUID]:
    """Both, once it is closed; a first opinion closes nothing."""
    held = stewards([entry.subject_id], timezone.localdate(entry.at)).get(entry.subject_id, set())
    return {*held, *contester(entry)} if closed(entry) else ()


def closed(entry: Entry) -> bool:
    return entry.after.get("contest_state") not in Contest.STANDING


def answered(entry: Entry) -> bool:
    return entry.after.get("contest_state") != Contest.State.OPEN


MOVES = ("core.answer_contest", "core.decide_contest", "core.withdraw_contest")
tell(
    "core.open_contest",
    each(answerers),
    ASKED,
    _("contested: an answer is awaited"),
    until=MOVES,
    same="contest",
    done=answered,
)
tell("core.answer_contest", each(contester), DECIDED, _("what you contest was answered"))
tell(
    "core.answer_contest",
    each(judges),
    ASKED,
    _("a contest was answered: it awaits two judges"),
    until=MOVES,
    same="contest",
    done=closed,
)
tell("core.decide_contest", each(sides), DECIDED, _("a contest was decided"))
silent("core.withdraw_contest")


# Needs


def needs(ids: list[str]) -> dict[str, str]:
    return {str(pk): theme for pk, theme in Need.objects.filter(pk__in=ids).values_list("pk", "theme_id")}


def needing(ids: list[str], day: date) -> People:
    """Whoever expressed it."""
    return {str(pk): {one} for pk, one in Need.objects.filter(pk__in=ids).values_list("pk", "author_id") if one}


def supporters(ids: list[str], day: date) -> People:
    rows = NeedSupport.objects.filter(need__in=[UUID(pk) for pk in ids], withdrawn_at=None).values_list(
        "need_id", "person_id"
    )
    return joined(*({str(need): {person}} for need, person in rows))


its_author, its_supporters = by_subject(needing), by_subject(supporters)
tell("catalogue.express_need", by_subject(through(needs, concerned.theme_editors)), NEWS, _("a need was expressed"))
tell("catalogue.support_need", its_author, NEWS, _("somebody needs it too"))
tell("catalogue.join_pool", its_author, DECIDED, _("put together with others"))
tell("catalogue.join_pool", its_supporters, NEWS, _("put together with others"))
silent("catalogue.import_needs", "catalogue.pool_needs", "catalogue.leave_pool")  # the last: told by `dissolve_pool`


def pooled(ids: list[str], day: date) -> People:
    """Authors of the needs that stand together."""
    rows = (
        Need.objects.filter(pool__in=[UUID(pk) for pk in ids]).exclude(author=None).values_list("pool_id", "author_id")
    )
    return joined(*({str(pool): {author}} for pool, author in rows))


def stood_together(entry: Entry) -> Iterable[UUID]:
    """Authors of the needs that stood there to the end, the one whose going ended it among them; who carried it."""
    lines = Entry.objects.filter(
        subject_kind=entry.subject_kind, subject_id=entry.subject_id, act="catalogue.leave_pool", at=entry.at
    )
    slugs = [line.after["need"] for line in lines]
    authors = Need.objects.filter(slug__in=slugs).exclude(author=None).values_list("author_id", flat=True)
    carriers = NeedPool.objects.filter(pk=entry.subject_id).exclude(carrier=None).values_list("pk", "carrier_id")
    held = members({str(pk): body for pk, body in carriers}, timezone.localdate(entry.at))
    return {one for one in authors if one}.union(*held.values())


tell("catalogue.dissolve_pool", each(stood_together), DECIDED, _("dissolved: fewer than two needs were left"))
tell("catalogue.carry_pool", by_subject(pooled), NEWS, _("a body carries it"))
tell("catalogue.put_down_pool", by_subject(pooled), NEWS, _("nobody carries it any more"))
for verb, says in (
    ("catalogue.match_need", _("a commons may answer it")),
    ("catalogue.answer_need", _("answered")),
    ("catalogue.close_need", _("closed without an answer")),
    ("catalogue.reopen_need", _("open again")),
):
    tell(verb, its_author, DECIDED, says)
    tell(verb, its_supporters, NEWS, says)
silent("catalogue.withdraw_support", "catalogue.correct_need", "catalogue.record_health")


# Notes, searches, words


def co_writers(ids: list[str], day: date) -> People:
    """The author of a note, and those who may act in the name of its organisation."""
    rows = list(OpportunityNote.objects.filter(pk__in=ids).values_list("pk", "author_id", "org_id"))
    return joined({str(pk): {one} for pk, one, _o in rows}, members({str(pk): org for pk, _a, org in rows if org}, day))


def word_authors(ids: list[str], day: date) -> People:
    return {str(pk): {one} for pk, one in Word.objects.filter(pk__in=ids).values_list("pk", "by_id")}


def persons(ids: list[str], day: date) -> People:
    return {str(pk): {one} for pk, one in Ambassador.objects.filter(pk__in=ids).values_list("pk", "person_id")}


tell("catalogue.freeze_note", by_subject(co_writers), NEWS, _("frozen: nothing of it changes any more"))
tell("catalogue.publish_note", by_subject(co_writers), NEWS, _("published"))
tell("catalogue.accept_word", by_subject(word_authors), DECIDED, _("the word you proposed is accepted"))
tell(
    "catalogue.refuse_word", by_subject(word_authors), DECIDED, _("the word you proposed is refused: its page says why")
)
tell("catalogue.stop_ambassador", by_subject(persons), DECIDED, _("no longer shown as an ambassador"))
silent("catalogue.become_ambassador", "catalogue.change_ambassador")
silent("catalogue.create_note", "catalogue.write_note", "catalogue.conclude_note", "catalogue.revise_note")
silent("catalogue.add_note_search", "catalogue.remove_note_search")
silent("catalogue.add_note_candidates", "catalogue.judge_note_candidate", "catalogue.remove_note_candidate")
silent("catalogue.propose_word", "catalogue.measure_word", "catalogue.review_search")
