"""A road map and a meeting are followed from their pages; what becomes of them is told in one's own space, and to nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from test_gathering_pages import carried, editions, read
from uses import Cast

from communaux.core import notify
from communaux.core.models import Notification, Person, Subscription
from communaux.gatherings import services
from communaux.gatherings.models import Edition, Roadmap, Session
from communaux.gatherings.services import Account, News

pytestmark = pytest.mark.django_db
__all__ = ["carried", "editions"]  # fixtures that tests here begin with
MEETING = "/rendez-vous/rencontre-fictive-a-venir/"


def told(act: str, at: datetime) -> set[UUID]:
    """Whom this act was told, once the journal is read on."""
    notify.follow(at)
    rows = Notification.objects.filter(entry__act=act, channel="inapp")
    return set(rows.values_list("person_id", flat=True))


def test_a_visitor_has_no_button(client: Client, carried: Roadmap) -> None:
    for path in (carried.get_absolute_url(), MEETING):
        assert "Suivre </button>" not in client.get(path).text
        assert client.post(f"{path}suivre/", {"do": "follow"}).status_code == 403
    assert not Subscription.objects.exists()


def test_who_follows_a_road_map_hears_its_news(client: Client, cast: Cast, carried: Roadmap) -> None:
    now, path = timezone.now(), carried.get_absolute_url()
    notify.follow(now)
    client.force_login(cast["reader"])
    for _click in range(2):
        client.post(f"{path}suivre/", {"do": "follow"})
    assert Subscription.objects.filter(scope_kind="roadmap").count() == 1
    assert "Ne plus suivre" in read(client, path)
    assert carried.title in read(client, "/mon-espace/")
    services.tell_news(cast["member"], carried, news=News("advances", "La liste est ouverte."), at=now)
    assert told("gatherings.tell_news", now + timedelta(minutes=1)) == {cast["reader"].pk, cast["second"].pk}
    assert "elle a des nouvelles" in read(client, "/mon-espace/")
    client.post(f"{path}suivre/", {"do": "unfollow"})
    assert "Ne plus suivre" not in read(client, path)
    assert not Subscription.objects.exists()


def test_who_follows_a_meeting_hears_of_its_programme_and_reports(client: Client, cast: Cast, desk: Person) -> None:
    now, edition = timezone.now(), Edition.objects.get(slug="rencontre-fictive-a-venir")
    notify.follow(now)
    client.force_login(cast["reader"])
    client.post(f"{MEETING}suivre/", {"do": "follow"})
    session = Session.objects.get(code="FIC001")
    services.change_session(cast["member"], session, base=session.written, told={"title": "Ouverture"}, at=now)
    services.publish_programme(cast["member"], edition, note="", at=now)
    account = Account("Dit.", [], [], [], "CC-BY-SA-4.0")
    services.write_report(cast["member"], session, base=0, account=account, lang="fr", at=now)
    for act in ("gatherings.publish_programme", "gatherings.write_report"):
        assert told(act, now + timedelta(minutes=1)) == {cast["reader"].pk}
    space = read(client, "/mon-espace/")
    assert "une version du programme est publiée" in space
    assert "le compte rendu de la séance est là" in space
    other = Edition.objects.get(slug="rencontre-fictive")
    assert not Subscription.objects.filter(scope_id=str(other.pk)).exists()
