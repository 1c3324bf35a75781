"""From ADEME's own model to our file of factors: the same two files give the same bytes (spec 08 § 3.2).

The model is read as data, never run. A path that is gone, a formula that reads otherwise than the map says, another archive: each
stops the extraction, for a number would change without anybody having looked.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Mapping
from math import fsum
from typing import Any, Final

from communaux.engines.footprint.errors import FootprintError

FORMAT: Final = "communaux.factors/1"
MODEL: Final = "publicodes-acv-numerique.model.json"
LARGEST: Final = 20_000_000  # bytes of a model; that of 2.1.0 has 79,586
SHARE: Final = re.compile(r"(\d+(?:\.\d+)?) %")
# What a record has, in this order; numbers and words that the map leaves out
OPTIONAL: Final = {"method": "", "mix": "", "perimeter": "", "tier": "modelled"}


def model_of(content: bytes, expected: Mapping[str, str]) -> dict[str, Any]:
    """The rules of an archive of npm or of its model alone; raise FootprintError where it is not the one that the map is about."""
    if content[:2] == b"\x1f\x8b":
        _same(content, expected["archive_sha256"], "archive")
        content = _unpacked(content)
    _same(content, expected["model_sha256"], "model")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FootprintError("no_model", name=MODEL) from error
    if not isinstance(found, dict):
        raise FootprintError("no_model", name=MODEL)
    return found


def _same(content: bytes, expected: str, what: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise FootprintError("other_model", what=what, expected=expected, found=found)


def _unpacked(content: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        for member in archive:
            if member.name == f"package/{MODEL}" and member.size <= LARGEST and (file := archive.extractfile(member)):
                return file.read()
    raise FootprintError("no_model", name=MODEL)


def extract(model: Mapping[str, Any], written: Mapping[str, Any]) -> bytes:
    """The file of factors, UTF-8, one record a line, in the order of their keys. `written`: the map, as it was read."""
    package = written["package"]
    records = [_taken(model, one) for one in written["taken"]] + [_own(one) for one in written["own"]]
    records.sort(key=lambda one: one["key"])
    keys = [one["key"] for one in records]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise FootprintError("key_twice", key=min(twice))
    head = {
        "format": FORMAT,
        **{name: package[name] for name in ("name", "version", "licence", "notice")},
        "sha256": package["model_sha256"],
    }
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in records)
    return f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "factors": [\n{lines}\n]\n}}\n'.encode()


def _taken(model: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    if "text" in told:
        (path,) = told["rules"]
        if _rule(model, path).get("valeur", _rule(model, path).get("par défaut")) != told["text"]:
            raise FootprintError("other_formula", path=path, text=told["text"])
        value = told["value"]
    elif "when" in told:
        (path,) = told["rules"]
        value = _chosen(model, path, told["when"])
    else:
        value = fsum(number(model, path) for path in told["rules"])
    return _record(told, value * told.get("times", 1), rule=" + ".join(told["rules"]))


def _own(told: Mapping[str, Any]) -> dict[str, Any]:
    return _record(told, told["value"], rule="")


def _record(told: Mapping[str, Any], value: float, *, rule: str) -> dict[str, Any]:
    value = float(value)
    low, high = float(told.get("low", value)), float(told.get("high", value))
    if not 0 <= low <= value <= high:
        raise FootprintError("bad_interval", value=(low, value, high))
    optional = {name: told.get(name, otherwise) for name, otherwise in OPTIONAL.items()}
    bounds = {"key": told["key"], "value": value, "low": low, "high": high, "unit": told["unit"]}
    return {**bounds, "rule": rule, "source": told["source"], "year": told.get("year"), **optional}


def number(model: Mapping[str, Any], path: str) -> float:
    """What a rule of the model is worth: a number, a default, a share, a sum or a mean of other rules. Nothing else is guessed."""
    rule = _rule(model, path)
    found = rule.get("valeur", rule.get("par défaut"))
    if isinstance(found, int | float) and not isinstance(found, bool):
        return float(found)
    if isinstance(found, str) and (share := SHARE.fullmatch(found)):
        return float(share[1]) / 100
    for name, count in (("somme", 1), ("moyenne", len(rule.get("moyenne", ())))):
        if rule.get(name):
            return fsum(number(model, one) for one in rule[name]) / count
    raise FootprintError("other_formula", path=path, text=str(found))


def _chosen(model: Mapping[str, Any], path: str, when: str) -> float:
    found = [one.get("alors") for one in _rule(model, path).get("variations", ()) if one.get("si") == when]
    if len(found) != 1 or not isinstance(found[0], int | float):
        raise FootprintError("other_formula", path=path, text=when)
    return float(found[0])


def _rule(model: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    rule = model.get(path)
    if not isinstance(rule, dict):
        raise FootprintError("no_rule", path=path)
    return rule
