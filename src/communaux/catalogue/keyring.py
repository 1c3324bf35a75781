"""Which commons answers to which name, address or number: held in memory while an import runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from uuid import UUID

from django.db.models import Q

from communaux.catalogue import licences
from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.matching import Keys, crowded_addresses, keys_of, surely_same
from communaux.catalogue.models import Commons, Identifier, SourceRecord
from communaux.catalogue.slugs import RESERVED, new_slug
from communaux.core.models import SlugHistory

# Live records, and the last ones of a commons that no source names any more: it is still itself.
SPEAKING = Q(state="live") | Q(state="gone", commons__unnamed_on__isnull=False)
# What a source tells must not end up in a draft that nobody can read.
UNSEEN = Q(commons__state__in=("draft", "proposed"))


class Keyring:
    """Keys of every record that speaks for a commons, the repositories it had before, and every slug ever used."""

    def __init__(self) -> None:
        self.keys: dict[UUID, Keys] = {}
        self.holders: dict[tuple[str, str], set[UUID]] = defaultdict(set)
        self.slugs = set(Commons.objects.values_list("slug", flat=True)) | RESERVED
        self.slugs |= set(SlugHistory.objects.filter(kind="commons").values_list("old_slug", flat=True))
        self.records: dict[str, UUID] = {}  # "source:external_id" -> its commons
        self.judged: dict[str, UUID] = {}  # the same, for records that a person judged to be of a commons
        self.crowded: dict[str, frozenset[str]] = {}
        self._undo = ExitStack()
        self._read_stored()
        self._read_former()
        self._undo.pop_all()

    @contextmanager
    def tried(self) -> Generator[None]:
        """What is learnt inside is forgotten when it fails: a commons that was not written must not be joined."""
        with ExitStack() as self._undo:
            yield
            self._undo.pop_all()

    def _read_stored(self) -> None:
        rows = SourceRecord.objects.filter(SPEAKING).exclude(commons=None).exclude(UNSEEN).order_by("id")
        stored: dict[str, list[tuple[UUID, Mapped]]] = defaultdict(list)
        for source, commons, mapped in rows.values_list("source_id", "commons_id", "mapped").iterator(500):
            stored[source].append((commons, from_json(mapped)))
        for source, found in sorted(stored.items()):
            self.crowd(source, (said for _id, said in found))
            for commons, said in found:
                self.add(commons, said, source)

    def _read_former(self) -> None:
        """A renamed repository still names its commons, unless another one took its place."""
        former = Identifier.objects.filter(scheme="repository", until__isnull=False).order_by("id")
        for commons, address in former.values_list("commons_id", "value"):
            if commons in self.keys and not self.holders.get(("repositories", address)):
                self.keys[commons] |= Keys(frozenset(), repositories=frozenset({address}))
                self.holders["repositories", address].add(commons)

    def crowd(self, source: str, records: Iterable[Mapped]) -> None:
        """Learn the addresses that too many records of one source bear."""
        self.crowded[source] = crowded_addresses(records)

    def read(self, said: Mapped, source: str) -> Keys:
        family = licences.read_licence(said.licence_raw).family if said.licence_raw else ""
        return keys_of(said, source, self.crowded.get(source, frozenset()), family)

    def add(self, commons: UUID, said: Mapped, source: str) -> None:
        keys = self.read(said, source)
        self._learn(self.keys, commons, self.keys[commons] | keys if commons in self.keys else keys)
        for key in keys.all():
            if commons not in self.holders[key]:
                self.holders[key].add(commons)
                self._undo.callback(self.holders[key].discard, commons)
        self._learn(self.records, f"{source}:{said.external_id}", commons)
        for other in said.same:
            self._learn(self.judged, other, commons)

    def _learn[K, V](self, known: dict[K, V], key: K, value: V) -> None:
        was = known.get(key)
        known[key] = value
        if was is None:
            self._undo.callback(known.pop, key, None)
        else:
            self._undo.callback(known.__setitem__, key, was)

    def same(self, said: Mapped, source: str) -> UUID | None:
        """The one commons that is surely this record's; None when there is none, or a doubt between several."""
        judged = self.judged.get(f"{source}:{said.external_id}")
        if judged or (known := next((self.records[other] for other in said.same if other in self.records), None)):
            return judged or known
        keys = self.read(said, source)
        near = {holder for key in keys.all() for holder in self.holders.get(key, ())}
        sure = [holder for holder in near if surely_same(keys, self.keys[holder])]
        return sure[0] if len(sure) == 1 else None

    def by_repository(self, said: Mapped, source: str) -> UUID | None:
        """The one commons developed in this record's repository."""
        near = {
            holder
            for value in self.read(said, source).repositories
            for holder in self.holders.get(("repositories", value), ())
        }
        return near.pop() if len(near) == 1 else None

    def one(self, kind: str, value: str) -> UUID | None:
        """The one commons that holds this key."""
        near = self.holders.get((kind, value), set())
        return next(iter(near)) if len(near) == 1 else None

    def new_slug(self, name: str, source: str) -> str:
        """A readable address that nothing ever had."""
        slug = new_slug(name, source, self.slugs)
        self.slugs.add(slug)
        self._undo.callback(self.slugs.discard, slug)
        return slug
