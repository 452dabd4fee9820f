"""
Which names say that their value is a secret, and how surely.

A name is taken apart into words (``dbPassword``, ``DB_PASSWORD``, ``db.password``). What it names is told by
its last words; words such as ``default`` or ``prod`` may follow. ``passwordField``, ``token_url`` and
``public_key`` name no secret.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache, lru_cache

from pregate.expressions import expression


def words(text: str) -> frozenset[str]:
    """The words of a text, apart by blanks."""
    return frozenset(text.split())


class Kind(IntEnum):
    """What a name says about its value, in the order of how surely that is secret."""

    NONE = 0
    WEAK = 1
    SALT = 2
    KEY = 3
    TOKEN = 4
    SECRET = 5
    PASSWORD = 6


_PASSWORD = words(
    """
    password passwd passwort passphrase passcode pwd pword passwords passw userpwd requirepass
    masterauth contrasena senha wachtwoord motdepasse sshpass pgpassword masteruserpassword
    sapassword psk wpapsk
    """
)
_SECRET = words(
    """
    secret secrets secretkey secretaccesskey clientsecret appsecret apisecret
    """
)
_TOKEN = words(
    """
    token authtoken accesstoken apitoken authkey oauthtoken bearertoken bottoken
    """
)
_KEY = words(
    """
    apikey appkey accesskey privatekey masterkey encryptionkey signingkey sharedkey accountkey
    authkey storagekey servicekey secretaccesskey sharedaccesskey licensekey consumerkey
    """
)
_SALT = words("salt")
# What stands before "key", "pass" or "auth" where these name a secret.
_OF_KEY = words(
    """
    api apis access auth secret private encryption encrypt encrypted decryption decrypt enc sign
    signing signature master shared account storage service app application consumer hmac jwt crypt
    crypto cipher aes des rsa webhook admin server deploy write read subscription license
    integration instrumentation functions function host security secure session cookie token dev
    developer root user rpc ssh wallet bot in nonce logged ingest ingestion maps validation stream
    sas connection project irc fernet
    """
)
_SURE_KEY = words(
    """
    api access auth secret private encryption signing master shared account consumer hmac jwt aes
    subscription webhook app service
    """
)
_OF_PASS = words(
    """
    user db my root admin mysql smtp mail email ftp login ssh sql pg postgres redis database
    rabbitmq mongo account irc jira jenkins nexus sonar test http https proxy mlab ldap imap pop3
    wifi wlan client server owner key keystore basic auth oracle rpc net web site keystone
    truststore db2 mssql maria mariadb mongodb pgsql psql cassandra elastic sudo vnc telnet svn git
    registry docker repo default become sudo bind ansible sftp pgp gpg service svc app api zip cert
    p12 pfx jks system sys device router backup replication repl grafana kibana odoo remote ssl tls
    deploy store release
    """
)
# What may follow the words that tell: it names no other thing.
_AFTER = words(
    """
    value val string str text prod production dev development test testing staging stage default new
    old current admin root db database user main base base64 b64 hex raw plain plaintext clear
    encoded bytes data local live sandbox primary secondary backup master slave global env var const
    constant param parameter property prop setting config conf a b c x y literal static demo sample
    example mock fake dummy valid good wrong invalid bad expected input override v1 v2 qa uat ci api
    service app client server mysql postgres redis mongo smtp github gitlab aws azure gcp google
    slack me mine tmp temp once again confirm confirmation confirmed repeat repeated verify retype
    one two three
    """
)
# What makes the name one of another thing, wherever it stands before.
_PUBLIC = words(
    """
    public pub primary foreign partition sort cache dict object bucket index unique row hash map
    registry hot shortcut next page continuation csrf xsrf eos bos pad unk mask sep cls special stop
    cancel cancellation translation i18n group lookup resume pagination cursor sync start end begin
    idempotency press keyboard lexer parser syntax char placeholder json config settings storage_key
    starting ending tracking client_request no has is num max min count fcm vapid recaptcha_site
    site publishable
    """
)
_OF_NO_TOKEN = words("client lock change grant verification update action zone request confirmation unit")
_VERBS = words(
    """
    show hide hides forgot forgotten reset change changed set get check validate require required
    needs need enter ask prompt missing empty without use uses using with create generate invalid
    wrong update new_ allow disable enable lost incorrect remember save delete remove revoke
    """
)
_WORDS = expression(r"[A-Z]{2,}(?=[0-9]*(?:[^A-Za-z0-9]|$))|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LAST = 6


@lru_cache(maxsize=4096)
def kind(name: str) -> Kind:
    """What a name says about its value. A name longer than 80 characters says nothing."""
    if len(name) > 80:
        return Kind.NONE
    parts = _parts(name)[-_LAST:]
    while parts and (parts[-1].isdigit() or parts[-1] in _AFTER) and len(parts) > 1:
        parts.pop()
    if not parts:
        return Kind.NONE
    found = _of(parts)
    if found is Kind.NONE:
        return _weak(parts)
    before = parts[:-1]
    if found is not Kind.PASSWORD and any(word in _PUBLIC for word in before):
        return Kind.NONE
    if found is Kind.TOKEN and any(word in _OF_NO_TOKEN for word in before):
        return Kind.NONE
    if any(word in _VERBS for word in before):
        return Kind.WEAK
    return found


def _parts(name: str) -> list[str]:
    """The words of a name, in lower case."""
    if name.islower() or name.isupper():
        plain = name.replace("-", "_").replace("_", " ")
        if plain.replace(" ", "").isalpha() and name.isascii():
            return plain.lower().split()
    elif name.isalpha() and name.istitle() and name.isascii():
        return [name.lower()]
    return [word.lower() for word in _WORDS.findall(name)]


def _of(parts: list[str]) -> Kind:
    last = parts[-1]
    before = parts[-2] if len(parts) > 1 else ""
    if last in _PASSWORD or last.endswith(("password", "passwd", "passphrase", "passwort")):
        return Kind.PASSWORD
    if last.endswith("pwd") and last != "cpwd" and last != "oldpwd":
        return Kind.PASSWORD
    if last in _SECRET or last.endswith("secret"):
        return Kind.SECRET
    if last == "access" and before == "secret":
        return Kind.SECRET
    return _lesser(last, before)


def _lesser(last: str, before: str) -> Kind:
    if last == "word" and before == "pass":
        return Kind.PASSWORD
    if last in ("pass", "pw"):
        return Kind.PASSWORD if before in _OF_PASS else Kind.TOKEN
    if (last.endswith("pass") and last[:-4] in _OF_PASS) or (last.endswith("pw") and last[:-2] in _OF_PASS):
        return Kind.PASSWORD
    if last in _TOKEN or last.endswith("token"):
        return Kind.TOKEN
    if last in _KEY or (last == "key" and before in _SURE_KEY):
        return Kind.SECRET
    if last == "key":
        return Kind.KEY if before in _OF_KEY else Kind.WEAK
    if last.endswith("key") and last[:-3] in _OF_KEY:
        return Kind.KEY
    if last == "credential" and before == "amz":
        return Kind.NONE
    if last in ("auth", "authorization", "credential", "credentials", "creds", "cred"):
        return Kind.KEY
    if last in _SALT or last.endswith("salt"):
        return Kind.SALT
    return Kind.NONE


def _weak(parts: list[str]) -> Kind:
    if parts[-1] in _no_secret():
        return Kind.NONE
    told = any(word in _PASSWORD or word in _SECRET or word in _TOKEN or word in _KEY for word in parts)
    return Kind.WEAK if told else Kind.NONE


@cache
def _no_secret() -> frozenset[str]:
    """Words that name something about a secret."""
    return words(
        """
        field fields label labels name names type types id ids url urls uri path paths file files
        filename length len size count expiry expires expiration expired ttl hash hashes hashed
        digest sha sha256 md5 checksum re pattern regex regexp policy prompt message messages msg
        error errors help hint column header headers prefix suffix format class function func
        provider manager store storage service services client handler validator reset index idx
        position pos offset start stop limit limits usage model callback method endpoint location
        dir directory folder arn ref reference link page title description desc placeholder text
        input button form view icon image version status state mode enabled required strength min
        max algorithm alg encoding scheme encoder decoder converter authentication generator factory
        builder helper utils util test tests spec changed change created updated at date time
        timestamp age lifetime duration timeout rotation lock locked attempts group role username
        user email kind source engine backend plugin list set map dict key_id fingerprint thumbprint
        issuer audience scope scopes grant request response info schema object types pair verified
        verification recovery complexity rules rule check checker exists needed used last
        """
    )
