"""
Ways of writing a licence that are no SPDX expressions and mean one.

Sources: The Cargo Book, "The license and license-file fields" (``MIT/Apache-2.0``, of old crates); Writing R
Extensions, 1.1.2 "Licensing" (``GPL (>= 2) | file LICENSE``); PyPI's classifiers (``License :: OSI Approved
:: …``), those that name one licence in one version; names as registries show them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pregate.expressions import expression

_NAMES: Mapping[str, str] = {
    "mit license": "MIT",
    "the mit license": "MIT",
    "expat": "MIT",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "the apache license, version 2.0": "Apache-2.0",
    "the apache software license, version 2.0": "Apache-2.0",
    "isc license": "ISC",
    "bsd-3": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "mozilla public license 2.0": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "psf": "PSF-2.0",
}
CLASSIFIER = "License :: "
# The end of a classifier, in its brackets where it has some.
_CLASSIFIERS: Mapping[str, str] = {
    "MIT License": "MIT",
    "ISCL": "ISC",
    "MPL 1.1": "MPL-1.1",
    "MPL 2.0": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Unlicense": "Unlicense",
    "GPLv2": "GPL-2.0-only",
    "GPLv2+": "GPL-2.0-or-later",
    "GPLv3": "GPL-3.0-only",
    "GPLv3+": "GPL-3.0-or-later",
    "LGPLv2": "LGPL-2.0-only",
    "LGPLv2+": "LGPL-2.0-or-later",
    "LGPLv3": "LGPL-3.0-only",
    "LGPLv3+": "LGPL-3.0-or-later",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "AGPLv3+": "AGPL-3.0-or-later",
}
# What R's packages write, one alternative at a time.
_R_FILE = expression(r" ?\+ ?file LICEN[CS]E", re.IGNORECASE)
_R_VERSION = expression(r"(L?GPL|AGPL|Apache License|MPL|EUPL) ?\((>=|==) ?([0-9])(\.[0-9])?\)")
_R_SHORT = expression(r"(L?GPL|AGPL)-([0-9])(\.[0-9])?")
_R_BSD = expression(r"BSD_([23])_clause")


def as_expression(text: str) -> str:
    """
    ``text`` on one line, as an SPDX expression where it is one of these ways of writing; else as it is.

    ``Apache License, Version 2.0`` is ``Apache-2.0``, ``MIT/ISC`` is ``MIT OR ISC``, ``GPL-2 | MIT + file
    LICENSE`` is ``GPL-2.0-only OR MIT``.
    """
    plain = " ".join(text.split())
    known = _NAMES.get(plain.lower())
    if known:
        return known
    if plain.startswith(CLASSIFIER):
        end = plain.rpartition(" :: ")[2]
        return _CLASSIFIERS.get(end.rpartition("(")[2].removesuffix(")"), plain)
    alternatives = [_of_r(part.strip()) for part in plain.split("|")]
    if len(alternatives) > 1 or alternatives[0] != plain:
        return " OR ".join(alternatives)
    return plain if "(" in plain else plain.replace("/", " OR ")


def _of_r(text: str) -> str:
    bare = _R_FILE.sub("", text)
    versioned = _R_VERSION.fullmatch(bare)
    if versioned:
        family, operator, major, minor = versioned.groups()
        return _spdx(family, major, minor, is_later=operator == ">=")
    short = _R_SHORT.fullmatch(bare)
    if short:
        return _spdx(short[1], short[2], short[3], is_later=False)
    clauses = _R_BSD.fullmatch(bare)
    if clauses:
        return f"BSD-{clauses[1]}-Clause"
    return _NAMES.get(bare.lower(), bare)


def _spdx(family: str, major: str, minor: str | None, *, is_later: bool) -> str:
    if family == "Apache License":
        return f"Apache-{major}{minor or '.0'}"
    if family in ("MPL", "EUPL"):
        return f"{family}-{major}{minor or '.0'}"
    return f"{family}-{major}{minor or '.0'}{'-or-later' if is_later else '-only'}"
