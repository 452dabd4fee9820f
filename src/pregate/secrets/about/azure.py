"""What keys of Microsoft Azure's open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

_IDENTITY = "Use a managed identity in Azure and federated credentials (OIDC) outside of it."
_STORAGE = "https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage"


def _service_key(service: str, risk: str, revoke: str, help_uri: str) -> Entry:
    """One of the two keys of an Azure resource, renewed one after the other."""
    return Entry(
        f"{service} key",
        _CRITICAL,
        _SURE,
        risk,
        f"Move clients to the second key, then {revoke}",
        help_uri,
        instead=f"{_IDENTITY} Then disable access by key for the resource.",
    )


ENTRIES: dict[str, Entry] = {
    "AzureClientSecretDetector": Entry(
        "client secret of a Microsoft Entra application",
        _CRITICAL,
        _SURE,
        "act as the application in the tenant and its subscriptions",
        "In the Entra admin centre open App registrations, Certificates & secrets: add a secret, deploy it, "
        "delete the old one (`az ad app credential delete`). Look at the sign-in logs of the service "
        "principal.",
        "https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials",
        instead=_IDENTITY,
    ),
    "AzureStorageKeyDetector": _service_key(
        "Azure Storage account",
        "read, change and delete everything in the storage account, and issue access to others",
        "renew this one: `az storage account keys renew --key primary`. That ends its SAS tokens too.",
        _STORAGE,
    ),
    "AzureCosmosKeyDetector": _service_key(
        "Azure Cosmos DB account",
        "read, change and delete every database of the account",
        "regenerate this one: `az cosmosdb keys regenerate --key-kind primary`.",
        "https://learn.microsoft.com/azure/cosmos-db/how-to-rotate-keys",
    ),
    "AzureSasTokenDetector": Entry(
        "Azure shared access signature",
        _HIGH,
        _SURE,
        "use the storage, the queue or the workflow as the signature permits until it expires",
        "Renew the account key that signed it (`az storage account keys renew`), or delete the stored access "
        "policy that it names; that of a Logic App: regenerate its access key.",
        "https://learn.microsoft.com/azure/storage/common/storage-sas-overview",
        instead="Give out user delegation signatures that live for minutes, or let clients log in with "
        "Entra ID.",
    ),
    "AzureServiceBusKeyDetector": _service_key(
        "Azure Service Bus, Event Hubs or IoT Hub",
        "send and receive the messages of the namespace or the hub as the policy allows",
        "regenerate this one under Shared access policies, or with `az servicebus namespace "
        "authorization-rule keys renew`.",
        "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas",
    ),
    "AzureAIKeyDetector": _service_key(
        "Azure AI or Azure OpenAI",
        "run models and other services of the resource at its owner's cost",
        "regenerate this one: `az cognitiveservices account keys regenerate --key-name Key1`.",
        "https://learn.microsoft.com/azure/ai-services/rotate-keys",
    ),
    "AzureSearchKeyDetector": _service_key(
        "Azure AI Search",
        "read the indexes and, with an admin key, change and delete them",
        "regenerate this one: `az search admin-key renew --key-kind primary`.",
        "https://learn.microsoft.com/azure/search/search-security-api-keys",
    ),
    "AzureFunctionKeyDetector": Entry(
        "Azure Functions key",
        _HIGH,
        _SURE,
        "call the function; a master key administers the whole application",
        "Renew the key in the portal under App keys or Function keys, or with `az functionapp keys set`.",
        "https://learn.microsoft.com/azure/azure-functions/function-keys-how-to",
        instead="Put the function behind Entra ID or API Management.",
    ),
    "AzureContainerRegistryKeyDetector": Entry(
        "Azure Container Registry password",
        _CRITICAL,
        _SURE,
        "pull every image and replace those that clusters run",
        "Renew the admin user's password (`az acr credential renew --password-name password`) or the token's "
        "(`az acr token credential generate`).",
        "https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
        instead=f"{_IDENTITY} Then disable the admin user.",
    ),
    "AzureRedisKeyDetector": _service_key(
        "Azure Cache for Redis",
        "read and change all that is cached",
        "regenerate this one: `az redis regenerate-keys --key-type Primary`.",
        "https://learn.microsoft.com/azure/azure-cache-for-redis/",
    ),
    "AzureDevOpsTokenDetector": Entry(
        "Azure DevOps personal access token",
        _CRITICAL,
        _SURE,
        "read and change code and pipelines within the token's scopes; one for the Marketplace publishes "
        "extensions",
        "Revoke it under User settings, Personal access tokens, and make another with the least scopes and a "
        "short life.",
        "https://learn.microsoft.com/azure/devops/organizations/accounts/"
        "use-personal-access-tokens-to-authenticate",
        instead="Use a service principal or a managed identity, and in pipelines `System.AccessToken`.",
    ),
    "AzureAppConfigurationKeyDetector": _service_key(
        "Azure App Configuration",
        "read the settings of applications, and change them with a key that is not read-only",
        "regenerate this one: `az appconfig credential regenerate`.",
        "https://learn.microsoft.com/azure/azure-app-configuration/howto-disable-access-key-authentication",
    ),
    "AzureSignalRKeyDetector": _service_key(
        "Azure SignalR, Web PubSub or Communication Services",
        "send messages through the resource and issue tokens for its users",
        "regenerate this one: `az signalr key renew --key-type primary`.",
        "https://learn.microsoft.com/azure/azure-signalr/signalr-howto-key-rotation",
    ),
}
