"""Needs of a demonstration desk, put together, carried, answered; an ambassador and a place: each says that it is made up.

The communes are real, as everybody looks for their own; nothing is said of them but that somebody of the demonstration
needs something there. It is written by the trial people through the services, whole or not at all, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from communaux.catalogue import indexing, services
from communaux.catalogue.models import Commons, Need
from communaux.catalogue.reusing import Declared
from communaux.core.models import Organisation, Person
from communaux.core.trial import TOWN
from communaux.territory.ambassadors import Terms
from communaux.territory.formats.listed import Line, Listed, Listing
from communaux.territory.models import Place, Territory
from communaux.territory.services import import_places

MADE_UP: Final = "(démonstration)"
ANSWER: Final = "hedgedoc"
LIST: Final = "demonstration"
PLACE: Final = Listed(
    source_id="1",
    name="Lieu de médiation de démonstration",
    code="33498",
    services=(Place.Service.ADMINISTRATIVE, Place.Service.EVERYDAY),
    fees=("free",),
    hours="Mo-Fr 09:00-12:00",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One need: who says it, where, in which words; `town`: in the name of the made-up commune."""

    by: str
    where: str
    theme: str
    title: str
    text: str = ""
    kind: str = Need.Kind.SERVICE
    town: bool = False


NEEDS: Final[Mapping[str, Said]] = {
    "repas": Said(
        "agente",
        "commune:33063",
        "cantine",
        "Prévoir le nombre de repas dans les cantines",
        "Aujourd’hui, un tableau rempli à la main la veille. Il manque les absences, et ce qui a été jeté.",
        town=True,
    ),
    "restes": Said(
        "lectrice", "commune:33281", "cantine", "Peser ce qui est jeté à l’école, et le montrer aux familles"
    ),
    "legumes": Said("collegue", "commune:33498", "cantine", "Acheter ensemble des légumes produits près d’ici"),
    "notes": Said(
        "agente",
        "epci:243300316",
        "bureautique",
        "Écrire à plusieurs le compte rendu d’une réunion",
        "Chacun envoie sa version par courriel, personne ne sait laquelle est la bonne.",
        town=True,
    ),
    "materiel": Said("collegue", "commune:29155", "associations", "Prêter tables et barnums entre associations"),
    "eau": Said(
        "lectrice",
        "commune:97411",
        "eau",
        "Où trouver de l’eau potable quand le réseau est coupé",
        kind=Need.Kind.DATA,
    ),
    "ateliers": Said(
        "lectrice",
        "departement:33",
        "demarches",
        "Des ateliers pour faire ses démarches en ligne avec quelqu’un",
        kind=Need.Kind.ACCOMPANIMENT,
    ),
    "trajets": Said("collegue", "commune:40001", "mobilite", "Partager les trajets vers le travail hors des villes"),
}


def key(name: str) -> UUID:
    """Always the same for the same need: a second start finds it."""
    return uuid5(NAMESPACE_URL, f"https://communaux.example/demonstration/{name}")


def bring(desk: Person, at: datetime) -> bool:
    """False when it is there already, or when this desk has no people, places or commons for it."""
    if Need.objects.filter(pk=key(next(iter(NEEDS)))).exists():
        return False
    people = {
        one.mail.partition("@")[0]: one for one in Person.objects.filter(mail__endswith="@demo.example") if one.mail
    }
    town, places = Organisation.objects.filter(name=TOWN).first(), _places()
    if town is None or {said.by for said in NEEDS.values()} - people.keys() or len(places) < len(NEEDS):
        return False
    indexing.keep_themes(desk)
    with transaction.atomic():
        _tell(desk, people, town, places, at)
    return True


def _places() -> dict[str, Territory]:
    """The territory of each need; a desk of other codes holds fewer."""
    asked = {name: said.where.partition(":") for name, said in NEEDS.items()}
    found = {
        name: Territory.objects.filter(kind=kind, code=code, valid_to=None).first()
        for name, (kind, _colon, code) in asked.items()
    }
    return {name: one for name, one in found.items() if one}


def _tell(
    desk: Person, people: Mapping[str, Person], town: Organisation, places: Mapping[str, Territory], at: datetime
) -> None:
    needs = {
        name: _express(people[said.by], name, town if said.town else None, places[name], at)
        for name, said in NEEDS.items()
    }
    services.support_need(people["lectrice"], needs["repas"], at=at)
    services.support_need(people["agente"], needs["materiel"], org=town, at=at)
    services.support_need(people["collegue"], needs["eau"], at=at)
    pool = services.pool_needs(
        people["agente"],
        needs["repas"],
        key=key("ensemble"),
        others=[needs["restes"]],
        title=f"Moins de restes dans les cantines {MADE_UP}",
        text_md="Prévoir et peser vont ensemble : le même outil pour toutes les écoles.",
        lang="fr",
        at=at,
    )
    services.carry_pool(people["collegue"], pool, org=town, at=at)
    _answer(people, town, needs["notes"], at)
    _be_there(desk, people["lectrice"], [places["repas"], places["ateliers"]], at)


def _express(by: Person, name: str, org: Organisation | None, where: Territory, at: datetime) -> Need:
    said = NEEDS[name]
    given = {
        "title": f"{said.title} {MADE_UP}",
        "text_md": said.text,
        "theme_id": said.theme,
        "kind": said.kind,
        "territory": where,
        "for_whom": "",
        "org": org,
        "generation": None,
        "lang": "fr",
    }
    return services.express_need(by, key=key(name), given=given, hits=[], query="", at=at)


def _answer(people: Mapping[str, Person], town: Organisation, need: Need, at: datetime) -> None:
    """A commons answers, the town uses it, a colleague confirms, the need is answered."""
    commons = Commons.objects.filter(slug=ANSWER, state=Commons.State.PUBLISHED).first()
    if commons is None:
        return
    services.match_need(people["agente"], need, commons=commons, why="On écrit à plusieurs, en même temps.", at=at)
    use = Declared(commons, town, "uses", f"Comptes rendus de réunion {MADE_UP}")
    services.confirm_reuse(people["collegue"], services.declare_reuse(people["agente"], use, at=at), at=at)
    services.answer_need(people["agente"], need, at=at)


def _be_there(desk: Person, ambassador: Person, covered: list[Territory], at: datetime) -> None:
    """Somebody to write to, and a place to go to."""
    note = f"Personne fictive {MADE_UP} : écrivez-lui pour voir comment le guichet transmet."
    services.become_ambassador(ambassador, terms=Terms(True, covered, ["fr", "en"], note), at=at)
    import_places(desk, Listing(MADE_UP, _lines), source=LIST, at=at, report=lambda _done, _total: None)


def _lines() -> Iterator[Line]:
    yield PLACE
