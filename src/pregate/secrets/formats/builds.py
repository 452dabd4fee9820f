"""Formats of the tokens of build services and of what they report to."""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, UUID, named
from pregate.secrets.formats.shapes import has_digits, is_mixed

_HEX_32 = r"[0-9a-f]{32}"
_HEX_40 = r"[0-9a-f]{40}"
_HEX_64 = r"[0-9a-f]{64}"

FORMATS: tuple[Format, ...] = (
    # https://circleci.com/docs/managing-api-tokens/
    Format(
        "CircleCIDetector",
        ("CCIPAT_", "CCIPRJ_"),
        token(r"CCIP(?:AT|RJ)_(?P<random>[A-Za-z0-9]{22}_[A-Fa-f0-9]{40})"),
        entropy=3.6,
    ),
    *named("CircleCIDetector", ("circle",), _HEX_40, names=r"token", apart=False, holds=has_digits),
    # https://buildkite.com/docs/platform/security/tokens
    Format(
        "BuildkiteDetector",
        ("bkua_", "bkaa_", "bkaj_", "bkct_", "bkpt_", "bkat_"),
        token(r"bk(?:ua|aa|aj|ct|pt|at)_(?P<random>[A-Za-z0-9]{38,80})"),
        holds=has_digits,
        entropy=3.0,
    ),
    *named(
        "BuildkiteDetector", ("buildkite",), r"[0-9a-f]{40,50}", names=r"token", apart=False, holds=has_digits
    ),
    # https://docs.travis-ci.com/user/triggering-builds/
    *named(
        "TravisCIDetector",
        ("travis",),
        r"[A-Za-z0-9_\-]{22}",
        names=r"(?:token|api[_\-]?key)",
        apart=False,
        holds=is_mixed,
        entropy=3.6,
    ),
    # https://docs.drone.io/cli/configure/
    *named(
        "DroneCIDetector",
        ("drone",),
        r"[A-Za-z0-9]{32}",
        names=r"(?:token|rpc[_\-]?secret)",
        apart=False,
        holds=has_digits,
        entropy=3.4,
    ),
    # https://www.jenkins.io/blog/2018/07/02/new-api-token-system/
    *named(
        "JenkinsDetector",
        ("jenkins",),
        r"(?:11[0-9a-f]{32}|[0-9a-f]{32})",
        names=r"(?:token|api[_\-]?key)",
        holds=has_digits,
    ),
    Format(
        "JenkinsDetector",
        ("jenkins",),
        r"[\w.\-]{1,64}:(?P<value>11(?-i:[0-9a-f]{32}))(?:@|[\"'\s]|$)",
        near=("jenkins",),
        entropy=3.0,
        ignores_case=True,
        next_line=True,
    ),
    # https://www.jetbrains.com/help/teamcity/configuring-your-user-profile.html#Managing+Access+Tokens
    Format(
        "TeamCityDetector",
        ("eyJ0eXAiOiAiVENWMiJ9.",),
        token(r"eyJ0eXAiOiAiVENWMiJ9\.(?P<random>[A-Za-z0-9_\-]{20,120}\.[A-Za-z0-9_\-]{40,120})={0,2}"),
        entropy=3.6,
    ),
    # https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys/
    Format(
        "HarnessDetector",
        ("pat.", "sat."),
        token(r"[ps]at\.[A-Za-z0-9_\-]{22}\.(?P<random>[A-Za-z0-9]{24}\.[A-Za-z0-9]{20})"),
        holds=has_digits,
        entropy=3.4,
    ),
    # https://www.appveyor.com/docs/api/
    *named("AppVeyorDetector", ("appveyor",), r"(?:v2\.)?[a-z0-9]{20}", apart=False, holds=has_digits),
    # https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key
    Format(
        "OctopusDeployDetector",
        ("API-",),
        token(r"API-(?P<random>[A-Z0-9]{25,34})", end=END),
        near=("octo",),
        holds=has_digits,
        entropy=3.4,
    ),
    # https://codefresh.io/docs/
    *named("CodefreshDetector", ("codefresh",), r"[0-9a-f]{24}\.[0-9a-f]{32}", apart=False, holds=has_digits),
    # https://docs.prefect.io/
    Format(
        "PrefectDetector",
        ("pnu_", "pnb_"),
        token(r"pn[ub]_(?P<random>[A-Za-z0-9]{36})"),
        holds=has_digits,
        entropy=3.4,
    ),
    # https://docs.snyk.io/snyk-api/authentication-for-api
    *named("SnykDetector", ("snyk",), UUID, names=r"(?:token|(?:api|oauth|auth)[_\-]?key|key|secret)"),
    # https://docs.codecov.com/docs/codecov-tokens
    *named("CodecovDetector", ("codecov",), rf"(?:{UUID}|[0-9a-f]{{32}})", names=r"token", holds=has_digits),
    # https://docs.coveralls.io/getting-started
    *named(
        "CoverallsDetector",
        ("coveralls",),
        r"[A-Za-z0-9]{32,34}",
        names=r"token",
        holds=has_digits,
        entropy=3.4,
    ),
    # https://docs.codacy.com/codacy-api/api-tokens/
    *named(
        "CodacyDetector",
        ("codacy",),
        r"(?:[0-9a-f]{32}|[A-Za-z0-9]{20})",
        names=r"token",
        apart=False,
        holds=has_digits,
        confidence=Confidence.HIGH,
    ),
    # https://docs.codeclimate.com/docs/finding-your-test-coverage-token
    *named(
        "CodeClimateDetector",
        ("codeclimate", "code_climate", "cc_test_reporter_id"),
        rf"(?:{_HEX_64}|{_HEX_40})",
        names=r"(?:token|(?<=reporter_)id)",
        service=r"code_?climate|cc_test_reporter_",
        apart=False,
        holds=has_digits,
    ),
)
