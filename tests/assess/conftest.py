"""What the tests of assessment share: the texts of the SPDX list, our corpus, the public data where it is at hand."""

from __future__ import annotations

import json
import lzma
import os
from pathlib import Path

import pytest

from communaux.engines.assess.corpus import Corpus, shipped

HERE = Path(__file__).parent
TEXTS = HERE / "spdx-6.12.0.json.xz"  # npm spdx-license-list 6.12.0 (CC0-1.0): licenseText and osiApproved of each id


@pytest.fixture(scope="session")
def spdx() -> dict[str, str]:
    """SPDX id → text."""
    return {key: one["licenseText"] for key, one in json.loads(lzma.decompress(TEXTS.read_bytes())).items()}


@pytest.fixture(scope="session")
def known() -> Corpus:
    return shipped()


@pytest.fixture(scope="session")
def publiccode() -> Path:
    shared = Path(os.environ.get("COMMUNAUX_SHARED", HERE.parents[2] / "shared"))
    path = shared / "data" / "catalogues" / "publiccode"
    if not path.is_dir():
        pytest.skip(f"no publiccode files at {path} (set COMMUNAUX_SHARED)")
    return path
