"""
Formats of Microsoft Azure's keys.

The keys that carry a signature (``+ASt``, ``AZDO``, ``ACOG``): Microsoft's own scanner,
https://github.com/microsoft/security-utilities
"""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import START, START_BASE64, Format, token
from pregate.secrets.formats.named import UUID, assigned, named
from pregate.secrets.formats.shapes import has_digits, is_mixed

_NO_BASE64 = r"(?![A-Za-z0-9+/=])"
_KEY_64 = r"[A-Za-z0-9+/]{86}=="  # 64 bytes
_KEY_32 = r"[A-Za-z0-9+/]{43}="  # 32 bytes
_HEX_32 = r"[0-9a-f]{32}"
_AND = r"(?:&amp;|&|\\u0026)"
_SIGNATURE = r"(?:[A-Za-z0-9/_\-]|\+|%2[BFbf]){38,60}(?:={0,2}|(?:%3[Dd]){1,2})"
_SAS_WORDS = ("se=", "sv=", "skn=", "/triggers/")


# The keys of the storage and Cosmos DB emulators, the same everywhere.
_EMULATORS = ("Eby8vdM02xNOcq", "C2y6yDjf5/R+ob")


def _is_real(key: str) -> bool:
    return not key.startswith(_EMULATORS)


def _is_signed(query: str) -> bool:
    return "se=" in query or "sv=" in query or "si=" in query


FORMATS: tuple[Format, ...] = (
    # https://learn.microsoft.com/purview/sit-defn-client-secret-api-key
    Format(
        "AzureClientSecretDetector",
        ("Q~",),
        r"(?:(?<![A-Za-z0-9_.~\-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
        r"(?P<value>[A-Za-z0-9_~.]{3}\dQ~(?P<random>[A-Za-z0-9_~.\-]{31,34}))(?![A-Za-z0-9_~\-])",
        entropy=3.5,
    ),
    # A connection string in the query of an address.
    Format(
        "AzureStorageKeyDetector",
        ("AccountKey%3D",),
        r"AccountKey%3D(?P<value>(?:[A-Za-z0-9]|%2[BFbf]){86}(?:==|%3[Dd]%3[Dd]))",
        holds=_is_real,
        entropy=4.0,
    ),
    Format(
        "AzureStorageKeyDetector",
        ("accountkey", "account_key", "account-key"),
        assigned(_KEY_64, names=r"account[_\-]?key", end=_NO_BASE64),
        holds=_is_real,
        entropy=4.0,
        ignores_case=True,
        next_line=True,
    ),
    Format(
        "AzureStorageKeyDetector",
        ("+ASt",),
        START_BASE64 + r"(?P<value>(?P<random>[A-Za-z0-9+/]{76})\+ASt[A-Za-z0-9+/]{5}[AQgw]==)" + _NO_BASE64,
        entropy=4.0,
    ),
    *named(
        "AzureStorageKeyDetector",
        ("azure", "storage_", "storagekey", "storageaccount", "blob.core.windows.net"),
        _KEY_64,
        end=_NO_BASE64,
        holds=_is_real,
        entropy=4.0,
    ),
    Format(
        "AzureCosmosKeyDetector",
        ("ACDb",),
        START_BASE64 + r"(?P<value>(?P<random>[A-Za-z0-9+/]{76})ACDb[A-Za-z0-9+/]{5}[AQgw]==)" + _NO_BASE64,
        entropy=4.0,
    ),
    Format(
        "AzureCosmosKeyDetector",
        ("documents.azure.com",),
        r"AccountEndpoint=https://[\w.\-]{3,80}\.documents\.azure\.com[:\d]{0,6}/?;\s?"
        rf"AccountKey=(?P<value>{_KEY_64}){_NO_BASE64}",
        holds=_is_real,
        entropy=4.0,
    ),
    *named("AzureCosmosKeyDetector", ("cosmos",), _KEY_64, end=_NO_BASE64, holds=_is_real, entropy=4.0),
    # https://learn.microsoft.com/azure/storage/common/storage-sas-overview
    Format(
        "AzureSasTokenDetector",
        ("sig=",),
        rf"{START}(?P<value>(?:s[a-z]{{1,6}}|tn|[se]p[kr]|rsc[a-z])=[\w%:.,\-]{{1,80}}{_AND}"
        rf"(?:(?:s[a-z]{{1,6}}|tn|[se]p[kr]|rsc[a-z])=[\w%:.,\-]{{1,80}}{_AND}){{0,14}}"
        rf"sig=(?P<random>{_SIGNATURE})(?![A-Za-z0-9%+/]))",
        holds=_is_signed,
        entropy=3.8,
    ),
    Format(
        "AzureSasTokenDetector",
        ("sig=",),
        rf"(?:[?; ]|{_AND})sig=(?P<value>{_SIGNATURE})(?![A-Za-z0-9%+/])",
        near=_SAS_WORDS,
        entropy=3.8,
    ),
    Format(
        "AzureServiceBusKeyDetector",
        ("sharedaccesskey", "shared_access_key", "shared-access-key"),
        assigned(_KEY_32, names=r"shared[_\-]?access[_\-]?key", end=_NO_BASE64),
        entropy=3.8,
        ignores_case=True,
        next_line=True,
    ),
    *named(
        "AzureServiceBusKeyDetector",
        ("servicebus", "service_bus", "service-bus", "eventhub", "event_hub", "event-hub", "azure_relay"),
        _KEY_32,
        end=_NO_BASE64,
        entropy=3.8,
    ),
    # Keys of Azure AI services, OpenAI's models among them: 84 characters with a signature, 32 before that.
    Format(
        "AzureAIKeyDetector",
        ("JQQJ9",),
        token(r"(?P<random>[A-Za-z0-9]{52})JQQJ9[9D][A-Za-z0-9][A-L][A-Za-z0-9]{16}ACOG[A-Za-z0-9]{4}"),
        entropy=4.0,
    ),
    *named(
        "AzureAIKeyDetector",
        ("azure_openai", "azure-openai", "azureopenai", "openai.azure.com", "cognitive", "azure_search"),
        _HEX_32,
        holds=has_digits,
    ),
    *named(
        "AzureAIKeyDetector",
        ("ocp-apim", "ocp_apim", "apim_"),
        _HEX_32,
        names=r"(?:subscription[_\-]?key|key)",
        apart=False,
        holds=has_digits,
    ),
    Format(
        "AzureSearchKeyDetector",
        ("AzSe",),
        token(r"(?P<random>[A-Za-z0-9]{42})AzSe[A-D][A-Za-z0-9]{5}"),
        entropy=3.8,
    ),
    Format(
        "AzureAppConfigurationKeyDetector",
        (".azconfig.io",),
        r"\.azconfig\.io;Id=[^;\s]{4,80};Secret=(?P<value>[A-Za-z0-9+/]{43}=|[A-Za-z0-9]{84})(?![A-Za-z0-9+/=])",
        entropy=3.8,
    ),
    *named(
        "AzureAppConfigurationKeyDetector",
        ("azconfig", "appconfig"),
        rf"(?:{_KEY_32}|[A-Za-z0-9]{{52}}JQQJ9[9D][A-Za-z0-9]{{27}})",
        names=r"(?:secret|key)",
        end=_NO_BASE64,
        apart=False,
        entropy=3.8,
    ),
    Format(
        "AzureSignalRKeyDetector",
        ("signalr.net", ".webpubsub.azure.com", ".communication.azure.com"),
        r"endpoint=https://[\w.\-]{4,90}\.(?:signalr\.net|(?:webpubsub|communication)\.azure\.com)/?;\s?"
        rf"AccessKey=(?P<value>(?-i:{_KEY_64}|{_KEY_32}|[A-Za-z0-9]{{84}})){_NO_BASE64}",
        entropy=3.8,
        ignores_case=True,
    ),
    *named(
        "AzureSignalRKeyDetector",
        ("signalr", "webpubsub", "azure_communication"),
        rf"(?:{_KEY_64}|{_KEY_32})",
        names=r"(?:access[_\-]?key|key)",
        end=_NO_BASE64,
        apart=False,
        entropy=3.8,
    ),
    Format(
        "AzureFunctionKeyDetector",
        ("AzFu",),
        token(r"(?P<random>[A-Za-z0-9_\-]{44})AzFu[A-Za-z0-9_\-]{5}[AQgw]=="),
        entropy=3.8,
    ),
    Format(
        "AzureContainerRegistryKeyDetector",
        ("+ACR",),
        START_BASE64 + r"(?P<value>(?P<random>[A-Za-z0-9+/]{42})\+ACR[A-D][A-Za-z0-9+/]{5})" + _NO_BASE64,
        entropy=3.8,
    ),
    Format(
        "AzureRedisKeyDetector",
        ("AzCa",),
        START_BASE64 + r"(?P<value>(?P<random>[A-Za-z0-9]{33})AzCa[A-P][A-Za-z0-9+/]{5}=)" + _NO_BASE64,
        entropy=3.8,
    ),
    # https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate
    Format(
        "AzureDevOpsTokenDetector",
        ("AZDO",),
        token(r"(?P<random>[A-Za-z0-9]{52})[A-Za-z0-9]{24}AZDO[A-Za-z0-9]{4}"),
        entropy=4.0,
    ),
    *named(
        "AzureDevOpsTokenDetector",
        ("azure", "devops", "vsts", "visualstudio.com", "azdo", "vsce"),
        r"[a-z2-7]{52}",
        holds=has_digits,
        entropy=3.8,
    ),
    Format(
        "AzureDevOpsTokenDetector",
        ("dev.azure.com", "visualstudio.com"),
        r"//[\w.\-]{0,64}:(?P<value>[a-z2-7]{52}|[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})@"
        r"(?:[\w\-]{1,50}\.visualstudio\.com|dev\.azure\.com)",
        entropy=3.8,
    ),
    *named(
        "AzureClientSecretDetector",
        ("azure_client", "azure-client", "azuread", "azure_ad", "aad_client", "arm_client"),
        r"[A-Za-z0-9_~.\-\[\]@:=?/+*]{32}",
        names=r"secret",
        apart=False,
        holds=is_mixed,
        entropy=4.0,
        confidence=Confidence.MEDIUM,
    ),
    *named(
        "AzureClientSecretDetector",
        ("azure_client", "azure-client", "azuread", "azure_ad", "aad_client", "arm_client"),
        UUID,
        names=r"secret",
        apart=False,
        confidence=Confidence.MEDIUM,
    ),
)
