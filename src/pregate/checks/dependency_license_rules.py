"""The rules about licences, apart from SPDX's list, which only a policy about licences needs."""

from __future__ import annotations

from pregate.model import Rule, Severity

PAGE = "https://spdx.org/licenses/"
TAGS = ("license", "dependency")

DENIED = Rule(
    id="dependencies/license-denied",
    title="a package is under a licence that is denied",
    description=(
        "deny-licenses names every licence under which this package may be used, or one that it cannot be "
        "used without. Whoever distributes the software takes on that licence's conditions."
    ),
    remedy=(
        "Replace the package, or choose a version under another licence. If its use is cleared, take the "
        "licence off `deny-licenses`."
    ),
    severity=Severity.HIGH,
    help_uri=PAGE,
    tags=TAGS,
)
NOT_ALLOWED = Rule(
    id="dependencies/license-not-allowed",
    title="a package is under a licence that is not allowed",
    description=(
        "allow-licenses names the licences that packages may have, and none of the choices that this package "
        "offers consists of such alone."
    ),
    remedy=(
        "Replace the package, or choose a version under another licence. If its use is cleared, add the "
        "licence to `allow-licenses`."
    ),
    severity=Severity.HIGH,
    help_uri=PAGE,
    tags=TAGS,
)
UNKNOWN = Rule(
    id="dependencies/license-unknown",
    title="a package's licence is not known",
    description=(
        "The lock file tells no licence of the package, or words that are no SPDX expression, so that it "
        "cannot be held against allow-licenses or deny-licenses."
    ),
    remedy=(
        "Look the licence up where the package is published. Formats that tell licences are listed in "
        "docs/dependencies.md; a bill of materials in CycloneDX or SPDX beside the lock file tells them too."
    ),
    severity=Severity.LOW,
    help_uri=PAGE,
    tags=TAGS,
)
LICENSE_RULES = (DENIED, NOT_ALLOWED, UNKNOWN)
