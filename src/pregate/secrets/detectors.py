"""
detect-secrets' plugins, called without its dependency injection, and the filters that look at a value.

Only plugins that detect-secrets ships are loaded, with their defaults; a baseline or a plugin file in a
scanned tree is never read. Positions come from the plugins' own regular expressions, so that a secret's
columns are exact.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import inspect
import math
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from pregate.errors import ScannerError
from pregate.logs import logger
from pregate.records import dataclass

_log = logger(__name__)

RELEASE = "1.5.0"
"""The release of detect-secrets that :mod:`pregate.secrets.prefilter` was made for and compared with."""

ENTROPY = frozenset({"Base64HighEntropyString", "HexHighEntropyString"})
# The plugins of detect-secrets 1.5.0 by class, in its order, and the module of each: a hook whose files can
# hold three kinds of secret need not import all. A test compares; another release is imported whole.
MODULES: Mapping[str, str] = {
    "ArtifactoryDetector": "artifactory",
    "AWSKeyDetector": "aws",
    "AzureStorageKeyDetector": "azure_storage_key",
    "BasicAuthDetector": "basic_auth",
    "CloudantDetector": "cloudant",
    "DiscordBotTokenDetector": "discord",
    "GitHubTokenDetector": "github_token",
    "GitLabTokenDetector": "gitlab_token",
    "Base64HighEntropyString": "high_entropy_strings",
    "HexHighEntropyString": "high_entropy_strings",
    "IbmCloudIamDetector": "ibm_cloud_iam",
    "IbmCosHmacDetector": "ibm_cos_hmac",
    "IPPublicDetector": "ip_public",
    "JwtTokenDetector": "jwt",
    "KeywordDetector": "keyword",
    "MailchimpDetector": "mailchimp",
    "NpmDetector": "npm",
    "OpenAIDetector": "openai",
    "PrivateKeyDetector": "private_key",
    "PypiTokenDetector": "pypi_token",
    "SendGridDetector": "sendgrid",
    "SlackDetector": "slack",
    "SoftlayerDetector": "softlayer",
    "SquareOAuthDetector": "square_oauth",
    "StripeDetector": "stripe",
    "TelegramBotTokenDetector": "telegram_token",
    "TwilioKeyDetector": "twilio",
}
# These two capture the token's public prefix only; the secret is the whole match.
_PREFIX_CAPTURED = frozenset({"GitHubTokenDetector", "GitLabTokenDetector"})


class Match(NamedTuple):
    """
    What a plugin matched: ``[start, end)`` in the line, and ``reported``, the value that detect-secrets
    hashes.

    Holds a secret's text: it stays within this room.
    """

    start: int
    end: int
    reported: str

    def __repr__(self) -> str:
        return f"Match({self.start}, {self.end}, ***)"


class Engine(NamedTuple):
    """
    The plugins by class name in detect-secrets' order, its file types, and the filters on a value.

    ``is_known`` false: another release than :data:`RELEASE`, whose plugins may match where those do not.
    """

    detectors: Mapping[str, Detector]
    file_type: Callable[[str], Any]
    value_filters: tuple[Callable[[str], bool], ...]
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Detector:
    """
    One plugin.

    ``matches(line, start, end, file_type)`` gives what it finds between two columns; ``by_regex`` tells
    that detect-secrets does not apply its "looks like an id" filter to it.
    """

    name: str
    type: str
    by_regex: bool
    matches: Callable[[str, int, int, Any], Iterator[Match]]


@cache
def engine() -> Engine:
    """
    detect-secrets, loaded once per process.

    Raises ScannerError when it is missing or is not the one that this module was written against.
    """
    with _translated(), _DeferredRequests.in_place():
        return _load()


def is_idle() -> bool:
    """
    Whether detect-secrets was not loaded so far, and is the release whose plugins are known here: a file in
    which none of their triggers is can do without it.
    """
    if engine.cache_info().currsize:
        return False
    try:
        spec = importlib.machinery.PathFinder.find_spec("detect_secrets")
        places = (spec and spec.submodule_search_locations) or ()
        return [(_plugins_in(p), _release_in(p)) for p in places] == [({*MODULES.values(), "base"}, RELEASE)]
    except OSError:
        return False


def _plugins_in(package: str) -> set[str]:
    names = os.listdir(os.path.join(package, "plugins"))  # noqa: PTH118, PTH208 - pathlib is not loaded for it
    return {name.removesuffix(".py") for name in names if name.endswith(".py")} - {"__init__"}


def _release_in(package: str) -> str:
    with open(os.path.join(package, "__version__.py"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
        return file.read(1000).partition("VERSION = '")[2].partition("'")[0]


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """What a missing or foreign detect-secrets raises, as ScannerError."""
    try:
        yield
    except (ImportError, AttributeError, TypeError, KeyError) as error:
        raise ScannerError(
            f"detect-secrets cannot be used: {type(error).__name__}: {error}",
            "Install the version that pregate asks for: pip install 'detect-secrets>=1.5.0,<1.6'.",
        ) from error


class _OnDemand(Mapping[str, Detector]):
    """Detectors by name in detect-secrets' order; a module is imported when one of its own is asked for."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._made: dict[str, Detector] = {}

    def __getitem__(self, name: str) -> Detector:
        if name not in self._made:
            with _translated():
                self._made.update(_detectors_in(self._modules[name]))
                return self._made[name]
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def _detectors_in(name: str) -> dict[str, Detector]:
    """The detectors of one of detect-secrets' plugin modules, by class name."""
    base = importlib.import_module("detect_secrets.plugins.base")
    with _DeferredRequests.in_place():
        module = importlib.import_module(f"detect_secrets.plugins.{name}")
    kinds = {kind: value for kind, value in sorted(vars(module).items()) if _is_plugin(value, module, base)}
    return {kind: _detector(kind, value(), module, base) for kind, value in kinds.items()}


def _load() -> Engine:
    plugins = importlib.import_module("detect_secrets.plugins")
    importlib.import_module("detect_secrets.plugins.base")  # fails here rather than at the first secret
    heuristic = importlib.import_module("detect_secrets.filters.heuristic")
    filetype = importlib.import_module("detect_secrets.util.filetype")
    modules = sorted(info.name for info in pkgutil.iter_modules(plugins.__path__))
    if set(modules) == {*MODULES.values(), "base"}:
        found: Mapping[str, Detector] = _OnDemand(MODULES)
    else:
        # Another release: what it holds is only known when it is imported.
        found = {kind: made for name in modules for kind, made in _detectors_in(name).items()}
    filters = (
        heuristic.is_sequential_string,
        heuristic.is_potential_uuid,
        heuristic.is_templated_secret,
        heuristic.is_prefixed_with_dollar_sign,
        heuristic.is_not_alphanumeric_string,
    )
    if not {"KeywordDetector", "PrivateKeyDetector", "AWSKeyDetector", *ENTROPY} <= set(found):
        raise AttributeError("plugins are missing from detect_secrets.plugins")
    release = importlib.import_module("detect_secrets.__version__").VERSION
    if release != RELEASE:
        _log.warning(
            "detect-secrets is %s, not %s, for which it is known where its plugins can match: they run on "
            "every line, which takes longer",
            release,
            RELEASE,
        )
    return Engine(found, filetype.determine_file_type, filters, release == RELEASE)


def plugins_by_type() -> dict[str, str]:
    """The plugins' class names by the type that detect-secrets' own baselines name (``AWS Access Key``)."""
    return {detector.type: name for name, detector in engine().detectors.items()}


def _is_plugin(kind: object, module: ModuleType, base: Any) -> bool:
    return (
        inspect.isclass(kind)
        and issubclass(kind, base.BasePlugin)
        and kind.__module__ == module.__name__
        and not inspect.isabstract(kind)
    )


def _detector(name: str, plugin: Any, module: Any, base: Any) -> Detector:
    if name == "KeywordDetector":
        default = module.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP
        matches = _keyword_matches(module.REGEX_BY_FILETYPE, default)
    elif name in ENTROPY:
        matches = _entropy_matches(plugin)
    elif isinstance(plugin, base.RegexBasedDetector):
        matches = _regex_matches(plugin, whole=name in _PREFIX_CAPTURED)
    else:
        matches = _string_matches(plugin)
    return Detector(name, plugin.secret_type, isinstance(plugin, base.RegexBasedDetector), matches)


def _bounded(expressions: Mapping[re.Pattern[str], int]) -> dict[re.Pattern[str], int]:
    """
    The keyword expressions with ``\\w*`` after the keyword made possessive.

    What follows it is no word character, or may be as many characters as were given back: the matches are
    the same, and a long word no longer costs the square of its length.
    """
    return {
        re.compile(regex.pattern.replace(r"contrasena)\w*", r"contrasena)\w*+"), regex.flags): group
        for regex, group in expressions.items()
    }


def _keyword_matches(
    by_type: Mapping[Any, Any], default: Any
) -> Callable[[str, int, int, Any], Iterator[Match]]:
    bounded = cache(lambda file_type: _bounded(by_type.get(file_type, default)))

    def matches(line: str, start: int, end: int, file_type: Any) -> Iterator[Match]:
        for regex, group in bounded(file_type).items():
            match = regex.search(line, start, end)
            if match:
                yield Match(match.start(group), match.end(group), match.group(group))

    return matches


def _entropy_matches(plugin: Any) -> Callable[[str, int, int, Any], Iterator[Match]]:
    # Few different characters cannot be that disorderly; counting them is far cheaper than the real thing.
    least = math.ceil(2 ** (plugin.entropy_limit - 1e-6))

    def matches(line: str, start: int, end: int, file_type: Any) -> Iterator[Match]:  # noqa: ARG001
        for match in plugin.regex.finditer(line, start, end):
            if len(set(match.group(2))) < least:
                continue
            if plugin.calculate_shannon_entropy(match.group(2)) > plugin.entropy_limit:
                yield Match(match.start(2), match.end(2), match.group(2))

    return matches


def _regex_matches(plugin: Any, *, whole: bool) -> Callable[[str, int, int, Any], Iterator[Match]]:
    is_valid: Callable[[str], bool] = getattr(plugin, "is_formally_valid", bool)

    def matches(line: str, start: int, end: int, file_type: Any) -> Iterator[Match]:  # noqa: ARG001
        for regex in plugin.denylist:
            for match in regex.finditer(line, start, end):
                for group in _captured(match):
                    first, last = match.span() if whole else match.span(group)
                    # GitLab's tokens without a partition capture nothing, and detect-secrets loses them.
                    reported = match.group(group) or match.group()
                    if _holds(is_valid, reported):
                        yield Match(first, last, reported)

    return matches


def _captured(match: Any) -> Iterator[int]:
    """The groups that ``re.findall`` would give: the whole match, the only one, or all that are not empty."""
    count = match.re.groups
    if count <= 1:
        yield count
        return
    seen = set()
    for group in range(1, count + 1):
        if match.group(group) and match.span(group) not in seen:
            seen.add(match.span(group))
            yield group


def _holds(is_valid: Callable[[str], bool], value: str) -> bool:
    try:
        return is_valid(value)
    except RecursionError:
        return True  # a token whose JSON nests without end: the rest of the token matched


def _string_matches(plugin: Any) -> Callable[[str, int, int, Any], Iterator[Match]]:
    def matches(line: str, start: int, end: int, file_type: Any) -> Iterator[Match]:  # noqa: ARG001
        at = start
        for value in plugin.analyze_string(line[start:end]):
            found = line.find(value, at, end)
            first = found if found >= 0 else max(line.find(value, start, end), start)
            at = first + len(value)
            yield Match(first, at, value)

    return matches


class _DeferredRequests(ModuleType):
    """
    Stands in for ``requests`` while the plugins are imported.

    The plugins import it to ask services whether a token is live, which is never done here; importing it
    is 60 % of their import time. The first use of any name loads the real one. A lazy loader does not do:
    one plugin names ``requests.Response`` in an annotation, which would load it at once.
    """

    Response = object

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get("requests") is self:
            del sys.modules["requests"]
        return getattr(importlib.import_module("requests"), name)

    @classmethod
    def in_place(cls) -> _DeferredRequests:
        """
        The stand-in, a context manager that has it imported as ``requests`` unless the real one is loaded.
        """
        return cls("requests")

    def __enter__(self) -> None:
        sys.modules.setdefault("requests", self)

    def __exit__(self, *exc: object) -> None:
        if sys.modules.get("requests") is self:
            del sys.modules["requests"]
