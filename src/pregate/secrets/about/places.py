"""What is found by its place or its name opens, and how to make it worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.records import replace
from pregate.secrets.about.detect_secrets import ENTRIES as THEIRS
from pregate.secrets.about.entry import Entry

_STORE = "Let the program read it from the environment or a secret store when it starts."
_HIGH, _MEDIUM, _CRITICAL = Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

ENTRIES: dict[str, Entry] = {
    "ApplicationKeyDetector": Entry(
        "signing key of a web application",
        _HIGH,
        _SURE,
        "sign sessions and links as the application does, and so be any of its users",
        "Create a new key with the framework's own command, and let all sessions end.",
        cwe=321,
        instead=_STORE,
    ),
    "AssignedSecretDetector": Entry(
        "hard-coded secret",
        _HIGH,
        _SURE,
        "use it wherever it is valid",
        "Change it where it is valid: the account, the service, or what signs with it.",
        instead="Give each environment a value of its own.",
    ),
    "AuthorizationHeaderDetector": Entry(
        "login in an HTTP header",
        _HIGH,
        _SURE,
        "call the same service as its owner",
        "Change the password, or revoke the token, at the service that the request goes to.",
        "https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Authorization",
        cwe=522,
        instead="Fill the header from a variable of the environment.",
    ),
    "BasicAuthDetector": replace(
        THEIRS["BasicAuthDetector"],
        confidence=_SURE,
        instead="Most clients take it from ~/.netrc, a credential helper or the environment.",
    ),
    "CommandPasswordDetector": Entry(
        "password in a command",
        _HIGH,
        _SURE,
        "log in with it, and commands end up in histories, logs and process lists besides",
        "Change the password where the command logs in.",
        cwe=214,
        instead="Pass it on standard input, in a file that only its owner reads, or through the environment.",
    ),
    "ConnectionStringDetector": Entry(
        "password in a connection string",
        _HIGH,
        _SURE,
        "log in to that server and read and change what its user may",
        "Change the user's password on the server.",
        cwe=522,
        instead="Put the string together at run time, or log in as the machine (managed identities, IAM).",
    ),
    "CredentialsFileDetector": Entry(
        "login in a program's credentials file",
        _HIGH,
        _SURE,
        "log in where the file's owner does",
        "Change the password, or revoke the token, at the server that the file names.",
        cwe=522,
        instead="Such a file belongs in a home directory, and its name in .gitignore.",
    ),
    "JwtTokenDetector": replace(
        THEIRS["JwtTokenDetector"],
        confidence=_SURE,
        instead="Ask for a token when the program starts; it need not outlive it.",
    ),
    "KeyStoreDetector": Entry(
        "key store",
        _MEDIUM,
        _LIKELY,
        "take the private keys in it once its password is guessed or found nearby",
        "Replace the key pairs in it, and revoke their certificates.",
        cwe=321,
        instead="Mount the store where the program runs, from a secret store.",
    ),
    "KubernetesSecretDetector": Entry(
        "value of a Kubernetes Secret",
        _HIGH,
        _SURE,
        "read it at once: Base64 hides nothing",
        "Change it where it is valid, and apply the new Secret.",
        "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
        cwe=522,
        instead="Commit a SealedSecret, an ExternalSecret or a file that SOPS encrypted instead.",
    ),
    "NatsSeedDetector": Entry(
        "seed of a NATS key",
        _HIGH,
        _SURE,
        "be that user, account, operator or server of the NATS system",
        "Create a new key with nsc, replace the old one in the account or operator JWT, and revoke it.",
        "https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth",
        cwe=321,
        instead="Give clients a credentials file that is mounted where they run.",
    ),
    "PasswordHashDetector": Entry(
        "hash of a password",
        _HIGH,
        _LIKELY,
        "guess passwords against it, on as many machines as one likes, until one fits",
        "Let its owners choose new passwords, here and wherever they used the same one.",
        cwe=916,
        instead="Fill test data with users that are made up when the test runs.",
    ),
    "PrivateKeyDetector": THEIRS["PrivateKeyDetector"],
    "RegistryLoginDetector": Entry(
        "login of a package or image registry",
        _HIGH,
        _SURE,
        "pull what is private, and most often publish in its owner's name",
        "Change the password, or revoke the token, at the registry.",
        cwe=522,
        instead="Log in through a credential helper, or with a token that lives as long as the job.",
    ),
    "WireGuardKeyDetector": Entry(
        "private key of a WireGuard peer",
        _HIGH,
        _SURE,
        "join the network as that peer, and read what is sent to it from then on",
        "Create a new pair with wg genkey, and replace the public key at every peer.",
        "https://www.wireguard.com/quickstart/",
        cwe=321,
        instead="Keep the key in a file that only root reads (PostUp = wg set %i private-key FILE).",
    ),
}
