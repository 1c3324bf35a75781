"""What a mail says: which subjects, what happened to each, where to read it. Names and links only, never a private text."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communaux.core import notify
from communaux.core.models import NoticeKind, Notification, OutboxItem, Person

LINES = 30
LONGEST = 120  # characters of a name
SALT = "communaux.unsubscribe"
DIGEST, ENTRY = "digest", "entry"
NEEDED = ("kind", "at", "person_id", "digest_id", "entry__act", "entry__subject_kind", "entry__subject_id")

WRITERS: dict[str, Callable[[OutboxItem], EmailMessage | None]] = {}  # what an area writes itself; None: nothing to say


@dataclass(frozen=True, slots=True)
class Line:
    says: str
    times: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """A subject and what happened to it, the last first."""

    name: str
    url: str
    lines: list[Line]


def compose(items: Iterable[OutboxItem]) -> dict[UUID, EmailMessage]:
    """Each mail as it now stands, in the language of who gets it; left out when there is nothing left to say."""
    each = list(items)
    told, made = _told([item for item in each if item.subject_kind not in WRITERS]), _by_writers(each)
    for lang in sorted({to.lang for _item, to, _rows in told}):
        with translation.override(lang):
            shown = notify.shown(row.entry for _item, to, rows in told if to.lang == lang for row in rows)
            for item, to, rows in told:
                if to.lang == lang and (groups := grouped(rows, shown)):
                    made[item.pk] = _written(item, to, groups, sorted({row.kind for row in rows}))
    return made


def _by_writers(items: list[OutboxItem]) -> dict[UUID, EmailMessage]:
    """Mails that are no notice: the area they belong to writes them."""
    made = {}
    for item in items:
        if write := WRITERS.get(item.subject_kind):
            with translation.override(item.to.lang if item.to else settings.LANGUAGE_CODE):
                if mail := write(item):
                    made[item.pk] = mail
    return made


def _told(items: list[OutboxItem]) -> list[tuple[OutboxItem, Person, list[Notification]]]:
    """What each mail is about; what was settled meanwhile is left out."""
    digests = [item.subject_id for item in items if item.subject_kind == DIGEST]
    alone = [item for item in items if item.subject_kind != DIGEST]
    about = Q(digest__in=digests) | Q(entry__in=[i.subject_id for i in alone], person__in=[i.to_id for i in alone])
    mail = Notification.objects.filter(about, channel=Notification.Channel.MAIL).exclude(
        state=Notification.State.SETTLED
    )
    found: dict[tuple[str, object, UUID], list[Notification]] = defaultdict(list)
    for row in mail.select_related("entry").order_by("-entry").only(*NEEDED):
        found[DIGEST, str(row.digest_id), row.person_id].append(row)
        found[ENTRY, str(row.entry_id), row.person_id].append(row)
    return [(i, i.to, found.get((i.subject_kind, i.subject_id, i.to.pk), [])) for i in items if i.to]


def grouped(told: Iterable[Notification], shown: Mapping[tuple[str, str], notify.Shown]) -> list[Group]:
    """By subject, what is asked first; what happened several times is one line. A subject that is gone is left out."""
    lines: dict[tuple[str, str], dict[str, list[Notification]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(told, key=lambda row: NoticeKind.values.index(row.kind)):
        said, subject = notify.row_of(row.entry.act, row.kind), (row.entry.subject_kind, row.entry.subject_id)
        if said and subject in shown:
            lines[subject][str(said.says)].append(row)
    return [_group(shown[subject], said) for subject, said in lines.items()]


def _group(subject: notify.Shown, said: Mapping[str, list[Notification]]) -> Group:
    lines = [Line(says, len(rows), max(row.at for row in rows)) for says, rows in said.items()]
    return Group(plain(subject.name), f"{settings.DESK_URL}{subject.path}", lines)


def shortened(groups: list[Group]) -> tuple[list[Group], int]:
    """As many lines as a mail holds, and how many are left out."""
    kept, room = list[Group](), LINES
    for group in groups:
        if room > 0:
            kept.append(Group(group.name, group.url, group.lines[:room]))
        room -= len(group.lines)
    return kept, max(0, -room)


def plain(text: str) -> str:
    """A name on one line: no line break that would begin a header or a paragraph, no mark that turns a line around."""
    one_line = " ".join(text.split())
    clean = "".join(c for c in one_line if c == "\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"


def _written(item: OutboxItem, person: Person, groups: list[Group], kinds: list[str]) -> EmailMultiAlternatives:
    kept, left_out = shortened(groups)
    leave = f"{settings.DESK_URL}{reverse('unsubscribe', args=[token(person.pk, kinds)])}"
    context = {
        "lang": translation.get_language(),
        "person": person,
        "title": _title(item, groups),
        "groups": kept,
        "left_out": left_out,
        "kinds": kinds,
        "space": f"{settings.DESK_URL}{reverse('space')}",
        "choices": f"{settings.DESK_URL}{reverse('space_settings')}",
        "leave": leave,
        "desk_name": settings.DESK_NAME,
    }
    mail = EmailMultiAlternatives(
        subject=f"{context['title']} — {plain(settings.DESK_NAME)}",
        body=render_to_string("core/mail.txt", context),
        to=[person.mail or ""],
        headers=_headers(item, leave),
    )
    mail.attach_alternative(render_to_string("core/mail.html", context), "text/html")
    return mail


def _title(item: OutboxItem, groups: list[Group]) -> str:
    if item.subject_kind != DIGEST:
        return _("%(name)s: %(says)s") % {"name": groups[0].name, "says": groups[0].lines[0].says}
    n = sum(len(group.lines) for group in groups)
    return ngettext("%(n)d thing to read", "%(n)d things to read", n) % {"n": n}


def _headers(item: OutboxItem, leave: str) -> dict[str, str]:
    return {
        **fixed(item),
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def fixed(item: OutboxItem) -> dict[str, str]:
    """Those of the same item are always the same, so that a mail sent again is the same mail."""
    number = hashlib.sha256(item.dedupe_key.encode()).hexdigest()[:32]
    return {
        "Message-ID": f"<{number}@{urlsplit(settings.DESK_URL).hostname}>",
        "Date": format_datetime(timezone.localtime(item.created_at)),
    }


def token(person: UUID, kinds: Iterable[str]) -> str:
    """What an unsubscribe link holds: whose mail, of which kinds; it opens nothing else, and stays valid."""
    return signing.Signer(salt=SALT).sign_object([person.hex, sorted(kinds)])


def read_token(text: str) -> tuple[UUID, list[str]] | None:
    """None for a link that is not ours, or was cut."""
    try:
        person, kinds = signing.Signer(salt=SALT).unsign_object(text)
    except signing.BadSignature:
        return None
    return UUID(person), [kind for kind in kinds if kind in NoticeKind.values]
