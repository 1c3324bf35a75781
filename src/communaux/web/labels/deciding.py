"""Words for what people propose, judge, use, need and write."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communaux.catalogue.forms.experiences import AGAINS, SCOPES
from communaux.catalogue.forms.providers import SERVICES
from communaux.catalogue.forms.reuses import CAUSES, KINDS
from communaux.web.labels.words import Words

SIGNAL: Words = {
    "wikidata": _("same Wikidata number"),
    "cross_id": _("one names the number of the other"),
    "repository": _("same repository"),
    "home_page": _("same home page"),
    "name": _("same name or other name"),
    "text": _("descriptions that look alike"),
    "licence_family": _("same family of licences"),
    "other_wikidata": _("different Wikidata numbers"),
    "other_repository": _("different repositories"),
    "no_common_kind": _("no kind of resource in common"),
}
CONTEST: Words = {
    "open": _("waits for an answer"),
    "answered": _("answered, to be judged"),
    "upheld": _("right: corrected"),
    "dismissed": _("not right: nothing changes"),
    "withdrawn": _("withdrawn by its author"),
}
CAME: Words = {
    "sourcerecord": _("record of a source"),
    "identifier": _("identifier"),
    "lifeevent": _("event"),
    "fact": _("fact"),
    "recommendation": _("recommendation"),
    "relation": _("relation"),
}
NOTE_STATE: Words = {
    "draft": _("draft"),
    "frozen": _("frozen"),
    "published": pgettext_lazy("note", "published"),
    "superseded": _("replaced by a newer one"),
}
COMPARED: Words = {
    "purpose": _("What it is"),
    "audience": _("For what"),
    "resources": _("Resource"),
    "licence": _("Licence"),
    "stage": _("Stage"),
    "last_sign": _("Last sign of life"),
    "maintained_by": _("Who maintains it"),
    "decided_by": _("Who decides"),
    "used_by": _("Confirmed uses"),
    "experiences": _("What was learned"),
    "recommended": _("Listed or recommended"),
    "languages": _("Languages"),
    "platforms": _("Platforms"),
    "works_with": _("What it works with"),
    "between": _("Relations between the columns"),
    "identifiers": _("Known elsewhere as"),
    "sources": _("Sources"),
    "unknown": _("What nobody knows"),
    "open": _("without answer"),
    "pooled": _("put together"),
    "matched": _("a commons may answer"),
    "answered": _("answered"),
    "closed": _("closed"),
    "accepted": pgettext_lazy("change of words", "accepted"),
    "refused": pgettext_lazy("change of words", "refused"),
}
MISSING: Words = {
    "name": _("a name"),
    "address": _("an address: its site or its repository"),
    "open_licence": _("a licence that is known and open"),
    "description": _("a description of at least 150 characters"),
    "theme": _("at least one theme"),
    "contact": _("a repository, or a way to reach its people"),
    "evidence": _("at least one piece of evidence"),
    "duplicates": _("a word on each look-alike"),
    "reason": _("the reason"),
}
LOOK_ALIKE: Words = {
    "repository": _("same repository"),
    "address": _("same address"),
    "name": _("same name"),
}
EVIDENCE: Words = {
    "licence": _("the licence"),
    "charter": _("the governance"),
    "description": _("what it is"),
    "publiccode": _("publiccode.yml of the project"),
    "codemeta": _("codemeta.json of the project"),
}
CLAIM: Words = {"asked": _("waits for an editor"), "confirmed": _("confirmed"), "refused": _("refused")}
PROOF: Words = {
    "file": _("a file in the repository"),
    "dns": _("a record of the domain"),
    "mail": _("an address of the domain"),
}
REUSE_KIND: Words = dict(KINDS)
# class of the mark beside the word
REUSE_MARK: Words = {"confirmed": "yes", "declared": "unknown", "stale": "quiet", "ended": "ended"}
END_CAUSE: Words = dict(CAUSES)
AGAIN: Words = dict(AGAINS)
AGAIN_COUNTED: Words = {
    "yes": _("would do it again"),
    "on_condition": _("would do it again on condition"),
    "no": _("would not do it again"),
}
COST_SCOPE: Words = dict(SCOPES)
PROVIDER_SERVICE: Words = dict(SERVICES)
NEED_KIND: Words = {
    "service": _("a service or a tool"),
    "data": _("data"),
    "content": _("content"),
    "equipment": _("equipment"),
    "skill": _("a skill"),
    "place": _("a place"),
    "accompaniment": _("somebody to help"),
}
NEED_STATE: Words = {
    "draft": _("draft"),
    "open": _("without answer"),
    "pooled": _("put together"),
    "matched": _("a commons may answer"),
    "answered": _("answered"),
    "closed": _("closed"),
}
FIT: Words = {
    "text": _("fewer words in common"),
    "far": _("its words are too far from the need"),
    "proximity": _("less near"),
    "health": _("less healthy, or not assessed"),
    "relay": _("nobody near to help"),
}
CLOSE_REASON: Words = {
    "duplicate": _("already expressed elsewhere"),
    "withdrawn": pgettext_lazy("need", "withdrawn by its author"),
    "no_longer_needed": _("no longer needed"),
    "out_of_scope": _("out of the scope of this desk"),
}
UNFIT: Words = {
    "": _("not said"),
    "function": _("it does not do what is needed"),
    "licence": _("its licence"),
    "community": _("nobody looks after it"),
    "obsolete": _("it is out of date"),
    "accessibility": _("it is not accessible to all"),
    "hosting": _("nobody to host it"),
    "cost": _("its cost"),
    "law": _("the law"),
    "other": _("another reason"),
}
OP: Words = {
    "add_label": _("add a word"),
    "remove_label": _("take a word away"),
    "add_brand": _("add the name of a product"),
    "remove_brand": _("take the name of a product away"),
    "add_wordpair": _("add a pair of words"),
    "remove_wordpair": _("take a pair of words away"),
}
WORD_LIST: Words = {
    "fr": _("name of the function, in French"),
    "en": _("name of the function, in English"),
    "everyday_fr": _("everyday words, in French"),
    "everyday_en": _("everyday words, in English"),
    "acronyms": _("acronyms"),
    "brands": _("products known by this name"),
}
CHANGE_STATE: Words = {
    "proposed": _("to be decided"),
    "accepted": pgettext_lazy("change of words", "accepted"),
    "refused": pgettext_lazy("change of words", "refused"),
}
REVIEW: Words = {
    "concept": _("linked to a function"),
    "commons": _("a commons is missing"),
    "need": _("linked to a need"),
    "aside": _("nothing to do with it"),
}
