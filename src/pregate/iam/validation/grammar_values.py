"""Issues of condition values: numbers, dates, truth values, binary values and addresses."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network

from pregate.expressions import expression
from pregate.iam.validation.grammar_conditions import Comparison, comparisons_of
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

Network = IPv4Network | IPv6Network

_NUMBER = expression(r"[-+]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,3})?")
_EPOCH = expression(r"[-+]?[0-9]{1,20}(?:\.[0-9]{1,20})?")
# W3C's profile of ISO 8601: a month, a day, or a time of a day.
_DATE = expression(
    r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2})(?:[Tt ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[-+][0-9]{2}:?[0-9]{2})?)?)?"
)
_ADDRESS = expression(r"[0-9A-Fa-f:.]{2,45}(?:/[0-9]{1,3})?")
# RFC 1918 and RFC 4193: the ranges that no public address is in.
_PRIVATE = tuple(ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
_BEST = {"less": ("greatest", max), "greater": ("least", min)}


def types(subject: Subject) -> Iterator[Issue]:
    """Values that the operator cannot compare. Policy variables are another rule's."""
    for test in comparisons_of(subject):
        for value, pointer in test.values:
            if "${" not in value.text:
                for code, details in _mismatches(test, value.text):
                    yield Issue(code, details, (Spot(pointer),))


def _mismatches(test: Comparison, text: str) -> Iterator[tuple[str, str]]:
    name, operator = test.name, test.operator
    if name in ("bool", "null") and text.lower() not in ("true", "false"):
        details = f"Add a valid Boolean value (true or false) for the condition operator {operator}."
        yield "TYPE_MISMATCH_BOOLEAN", details
    elif name.startswith("numeric") and not _NUMBER.fullmatch(text):
        yield "TYPE_MISMATCH_NUMBER", f"Add a valid numeric value for the condition operator {operator}."
    elif name == "binaryequals" and not _is_base64(text):
        details = f"Add a valid base64-encoded string value for the condition operator {operator}."
        yield "TYPE_MISMATCH_STRING", details
    elif name.startswith("date") and _EPOCH.fullmatch(text):
        details = (
            f"The date {text} might not resolve as expected. We recommend that you use the YYYY-MM-DD format."
        )
        yield "INVALID_DATE_VALUE", details
    elif name.startswith("date") and not _is_date(text):
        details = (
            "The date condition operator is used with an invalid value. Specify a valid date using "
            "YYYY-MM-DD or other ISO 8601 date/time format."
        )
        yield "TYPE_MISMATCH_DATE", details


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        date(year, month, day or 1)
    except ValueError:
        return False
    return (found[3] is None or day > 0) and hour <= 24 and minute <= 59 and second <= 60


def booleans(subject: Subject) -> Iterator[Issue]:
    """Several truth values where a key has one."""
    for test in comparisons_of(subject):
        if test.name == "bool" and not test.qualifier and len(test.values) > 1:
            details = (
                "The condition key does not support multiple Boolean values. Use a single Boolean value."
            )
            yield Issue("INVALID_CONDITION_MULTIPLE_BOOLEAN", details, (Spot(test.pointer),))


def numbers(subject: Subject) -> Iterator[Issue]:
    """Several bounds on one side, of which one alone decides."""
    for test in comparisons_of(subject):
        side = next((word for word in _BEST if test.name.startswith(f"numeric{word}than")), None)
        valid = [(value.text, at) for value, at in test.values if _NUMBER.fullmatch(value.text)]
        if side is None or len(valid) < 2 or len(valid) != len(test.values):
            continue
        word, choose = _BEST[side]
        kept = choose(valid, key=lambda item: float(item[0]))
        details = (
            f"Multiple values in {test.operator} are redundant. Replace with the {word} single value for "
            f"{test.key}."
        )
        spots = tuple(Spot(at) for _, at in valid if at != kept[1])
        yield Issue("REDUNDANT_CONDITION_VALUE_NUM", details, spots)


def addresses(subject: Subject) -> Iterator[Issue]:
    """Ranges of addresses that are none, that hold ignored bits, or that no request comes from."""
    for test in comparisons_of(subject):
        if test.name not in ("ipaddress", "notipaddress"):
            continue
        networks: list[tuple[Network, str]] = []
        for value, pointer in test.values:
            if "${" in value.text:
                continue
            network = _network(value.text)
            if network is None:
                details = (
                    f"The condition operator {test.operator} is used with an invalid IP range value. Specify "
                    "the IP range in standard CIDR format."
                )
                yield Issue("TYPE_MISMATCH_IP_RANGE", details, (Spot(pointer),))
                continue
            networks.append((network, pointer))
            if "/" in value.text and _network(value.text, strict=True) is None:
                details = (
                    "The non-zero bits in the IP address after the masked bits are ignored. Replace address "
                    f"with {network}."
                )
                yield Issue("IMPROVE_IP_RANGE", details, (Spot(pointer),))
        if test.key.lower() == "aws:sourceip":
            yield from _private(test, networks)


def _network(text: str, *, strict: bool = False) -> Network | None:
    try:
        return ip_network(text, strict=strict) if _ADDRESS.fullmatch(text) else None
    except ValueError:
        return None


def _private(test: Comparison, networks: list[tuple[Network, str]]) -> Iterator[Issue]:
    private = [pointer for network, pointer in networks if _is_private(network)]
    if not private:
        return
    negated, only = test.name == "notipaddress", len(private) == len(test.values)
    holds = "The values for condition key aws:SourceIp include"
    public = "aws:SourceIp works only for public IP address ranges."
    if only:
        effect = "and has no effect" if negated else "and will not have the desired effect"
        details = (
            f"{public} {holds} only private IP addresses {effect}. Update the value to include only public "
            "IP addresses."
        )
    else:
        effect = "have no effect" if negated else "will not have the desired effect"
        details = (
            f"{holds} a mix of private and public IP addresses. The private addresses {effect}. {public} To "
            "define permissions for private IP ranges, use aws:VpcSourceIp."
        )
    code = f"PRIVATE_{'NOT_' if negated else ''}IP_ADDRESS{'' if only else '_SUBSET'}"
    yield Issue(code, details, tuple(Spot(pointer) for pointer in private))


def _is_private(network: Network) -> bool:
    if isinstance(network, IPv4Network):
        return any(isinstance(known, IPv4Network) and network.subnet_of(known) for known in _PRIVATE)
    return any(isinstance(known, IPv6Network) and network.subnet_of(known) for known in _PRIVATE)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "TYPE_MISMATCH_BOOLEAN",
            "TYPE_MISMATCH_NUMBER",
            "TYPE_MISMATCH_STRING",
            "TYPE_MISMATCH_DATE",
            "INVALID_DATE_VALUE",
        ),
        types,
    ),
    (("INVALID_CONDITION_MULTIPLE_BOOLEAN",), booleans),
    (("REDUNDANT_CONDITION_VALUE_NUM",), numbers),
    (
        (
            "TYPE_MISMATCH_IP_RANGE",
            "IMPROVE_IP_RANGE",
            "PRIVATE_IP_ADDRESS",
            "PRIVATE_IP_ADDRESS_SUBSET",
            "PRIVATE_NOT_IP_ADDRESS",
            "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        ),
        addresses,
    ),
)
