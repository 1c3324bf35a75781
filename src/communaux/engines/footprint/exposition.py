"""The text that Scaphandre's exporter for Prometheus gives, and what Prometheus answers of a span of time (spec 08 § 3.3).

A file is one scrape or many, one after another; each knows its time by its samples, by a comment
`# scrape_at: 2026-11-30T12:00:00Z`, or by what the caller says.
Form: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.readings import Readings, Service, checked_power, checked_time

SAMPLE: Final = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?\d+))?[ \t]*", re.ASCII)
LABEL: Final = re.compile(r'[ \t,]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*', re.ASCII)
ESCAPED: Final = re.compile(r"\\([\\\"n])")
MEANT: Final = {"\\": "\\", '"': '"', "n": "\n"}
SCRAPED: Final = "# scrape_at:"
SHOWN: Final = 80
HOST: Final = "scaph_host_power_microwatts"
COUNTER: Final = "scaph_host_energy_microjoules"
PROCESS: Final = "scaph_process_power_consumption_microwatts"
PROCESSOR: Final = "scaph_process_cpu_usage_percentage"
PSYS: Final = "scaph_host_rapl_psys_microjoules"
DOMAIN: Final = "scaph_domain_power_microwatts"
WANTED: Final = frozenset((HOST, COUNTER, PROCESS, PROCESSOR, PSYS, DOMAIN))
CONTAINER: Final = ("container_names", "container_label_com_docker_compose_service", "kubernetes_pod_name")


class Sample(NamedTuple):
    """`at`: milliseconds since 1970, None where the sample does not say."""

    name: str
    labels: Mapping[str, str]
    value: float
    at: int | None


@dataclass
class Moment:
    """One scrape, or one time of an answer."""

    host: float | None = None
    counter: float | None = None
    of_service: float = 0.0
    of_all: float = 0.0
    samples: int = field(default=0)


def sample(line: str) -> Sample | None:
    """A line that is one; None for a comment or an empty line. Raise ValueError for anything else."""
    text = line.strip()
    if not text or text[0] == "#":
        return None
    found = SAMPLE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    name, labels, value, at = found.groups()
    return Sample(name, _labels(labels) if labels else {}, float(value), int(at) if at else None)


def _labels(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while label := LABEL.match(text, at):
        name, value = label.groups()
        found[name] = ESCAPED.sub(lambda one: MEANT[one[1]], value) if "\\" in value else value
        at = label.end()
    if text[at:].strip(" \t,"):
        raise ValueError(text)
    return found


def read(lines: Iterable[str], service: Service, *, at: float | None = None) -> Readings:
    """All samples of Scaphandre in the text; `at`: seconds since 1970 of a scrape that does not say.

    Raise FootprintError where none is, where its time is not known, or where a line cannot be read.
    """
    moments: dict[float, Moment] = {}
    found = Readings("prometheus", service, partial=False)
    first, scraped = "", at
    for number, line in enumerate(lines, 1):
        first = first or line.strip()[:SHOWN]
        if line.startswith(SCRAPED):
            scraped = _written(line, number)
            continue
        try:
            one = sample(line)
        except ValueError as error:
            raise FootprintError("bad_line", where=number, shown=line.strip()[:SHOWN]) from error
        if one is None or one.name not in WANTED:
            continue
        when = scraped if one.at is None else one.at / 1000
        if when is None:
            raise FootprintError("no_time", where=number)
        _taken(found, moments.setdefault(checked_time(when, number), Moment()), one, number)
    return _filled(found, moments, first)


def read_answer(content: bytes, service: Service) -> Readings:
    """What Prometheus answers to a range query, asked for every metric that is needed.

    Raise FootprintError for anything else.
    """
    moments: dict[float, Moment] = {}
    found = Readings("prometheus", service, partial=False)
    for number, one in enumerate(_answered(content), 1):
        checked_time(one.at, number)
        _taken(found, moments.setdefault(float(one.at or 0), Moment()), one, number)
    return _filled(found, moments, content[:SHOWN].decode("utf-8", "replace"))


def _answered(content: bytes) -> Iterator[Any]:
    shown = content[:SHOWN].decode("utf-8", "replace")
    try:
        told: Any = json.loads(content)
        if told["data"]["resultType"] != "matrix":
            raise FootprintError("not_prometheus", shown=shown)
        for series in told["data"]["result"]:
            labels = dict(series["metric"])
            name = labels.pop("__name__", "")
            if name in WANTED:
                for at, value in series["values"]:
                    yield Sample(name, labels, float(value), at)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, FootprintError):
            raise
        raise FootprintError("not_prometheus", shown=shown) from error


def _written(line: str, number: int) -> float:
    told = line.removeprefix(SCRAPED).strip()
    try:
        when = datetime.fromisoformat(told)
    except ValueError as error:
        raise FootprintError("bad_scrape_at", where=number, given=told) from error
    if when.tzinfo is None:
        raise FootprintError("no_offset", where=number, given=told)
    return when.timestamp()


def _taken(found: Readings, moment: Moment, one: Sample, number: int) -> None:
    labels = one.labels
    moment.samples += 1
    if one.name == HOST:
        moment.host = one.value
    elif one.name == COUNTER:
        moment.counter = one.value
    elif one.name == PSYS:
        found.psys = True
    elif one.name == DOMAIN:
        found.dram = found.dram or labels.get("domain_name") == "dram"
    else:
        checked_power(one.value, number)
        container = " ".join(labels[name] for name in CONTAINER if name in labels)
        ours = found.of_the_service(labels.get("exe", ""), labels.get("cmdline", ""), container)
        if one.name == PROCESS:
            moment.of_all += one.value
            moment.of_service += one.value if ours else 0.0
        else:
            found.cpu_all += one.value
            found.cpu_service += one.value if ours else 0.0


def _filled(found: Readings, moments: Mapping[float, Moment], shown: str) -> Readings:
    if not moments:
        raise FootprintError("not_prometheus", shown=shown)
    for when, moment in sorted(moments.items()):
        if moment.counter is not None:
            found.count(when, moment.counter, COUNTER)
        if moment.host is not None:
            found.add(when, moment.host, moment.of_service, moment.of_all, HOST)
        elif moment.counter is None:
            found.warnings["no_host"] += 1
    return found
