"""
Files of programs that hold logins, each told by its name: what stands where, from the manual of each program.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import pattern, values
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import Pattern

LOGIN = "CredentialsFileDetector"
REGISTRY = "RegistryLoginDetector"
KEY = "ApplicationKeyDetector"
HASH = "PasswordHashDetector"

_DIFFERENT = 18
_DIGITS = 9  # as many different ones, and more, has a random number in hexadecimal
_JSON = r'"(?P<value>(?:[^"\\\n]|\\.){1,512})"'
_BASE64 = r"[A-Za-z0-9+/_-]{4,4000}={0,2}"
_REST = r"[\"']?(?P<value>[^\s\"']{1,256})[\"']?[ \t]*(?:[#;].*)?$"


def _random(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """Django's key: any characters, so that marks of references tell nothing."""
    if len(set(value)) < _DIFFERENT or "insert" in value or "change" in value or "{{" in value:
        return None
    is_start = value.startswith("django-insecure-") or values.is_sample(path)
    return (Confidence.MEDIUM if is_start else Confidence.HIGH, "", "")


def _assigned(names: str, value: str = _REST, mark: str = "[=:]") -> str:
    return rf"^[ \t]*(?:{names})[ \t]*{mark}[ \t]*{value}"


def _member(names: str) -> str:
    return rf'"(?:{names})"[ \t]*:[ \t]*{_JSON}'


def _element(names: str) -> str:
    return rf"<(?:{names})>[ \t]*(?P<value>[^<>\n]{{1,512}}?)[ \t]*</"


def _attribute(names: str) -> str:
    return rf'\s(?:{names})="(?P<value>[^"<>\n]{{1,512}})"'


_NETRC = Pattern(LOGIN, r"(?:^|\s)password[ \t]+\"?(?P<value>[^\s\"]{1,256})", pattern.password)
_PGPASS = Pattern(
    LOGIN,
    r"^[^#:\n][^:\n]{0,255}:(?:[0-9]{1,5}|\*):[^:\n]{1,128}:[^:\n]{1,128}:(?P<value>[^\s:]{1,256})[ \t]*$",
    pattern.password,
)
_NPMRC = (
    Pattern(
        "NpmDetector",
        r"^[ \t]*(?://[^\s=]{1,256}:)?_authToken[ \t]*=[ \t]*\"?(?P<value>[^\s\"#;]{16,512})",
        pattern.password,
    ),
    Pattern(
        REGISTRY, rf"^[ \t]*(?://[^\s=]{{1,256}}:)?_auth[ \t]*=[ \t]*\"?(?P<value>{_BASE64})", pattern.login
    ),
    Pattern(
        REGISTRY,
        rf"^[ \t]*(?://[^\s=]{{1,256}}:)?_password[ \t]*=[ \t]*\"?(?P<value>{_BASE64})",
        pattern.encoded,
    ),
)
_YARNRC = (
    Pattern("NpmDetector", _assigned("npmAuthToken", mark=":"), pattern.password),
    Pattern(REGISTRY, _assigned("npmAuthIdent", rf"[\"']?(?P<value>{_BASE64})", mark=":"), pattern.login),
)
_PASSWORD = Pattern(LOGIN, _assigned("password"), pattern.password)
_DOCKER = (
    Pattern(REGISTRY, rf'"auth"[ \t]*:[ \t]*"(?P<value>{_BASE64})"', pattern.login),
    Pattern(REGISTRY, _member("identitytoken|registrytoken"), pattern.named),
)
_COMPOSER = (
    *_DOCKER,
    Pattern(LOGIN, _member("password"), pattern.password),
    Pattern(LOGIN, r'"(?:[a-z0-9.-]{3,80})"[ \t]*:[ \t]*"(?P<value>[A-Za-z0-9_.-]{20,255})"', pattern.named),
)
_AWS = Pattern(
    LOGIN, _assigned("aws_(?:secret_access_key|secret_key|session_token)", mark="="), pattern.named
)
_S3CFG = Pattern(LOGIN, _assigned("secret_key|gpg_passphrase|access_token", mark="="), pattern.named)
_RCLONE = Pattern(
    LOGIN, _assigned("pass|password|password2|secret_access_key|client_secret|key", mark="="), pattern.named
)
_TOKENS = Pattern(
    LOGIN,
    _assigned(r"(?:-[ \t])?:?(?:api_key|access_token|oauth_token|rubygems_api_key|token|password|secret)"),
    pattern.named,
)
_TERRAFORMRC = Pattern(LOGIN, r'"?token"?[ \t]*[=:][ \t]*"(?P<value>[^"\n]{16,256})"', pattern.named)
_MAVEN = Pattern(LOGIN, _element("password|passphrase"), pattern.password)
_NUGET = (
    Pattern(LOGIN, r'key="ClearTextPassword"[ \t]+value="(?P<value>[^"\n]{1,256})"', pattern.password),
    Pattern(
        LOGIN, r'<apikeys>[^<]{0,200}<add key="[^"]{1,200}" value="(?P<value>[^"]{16,256})"', pattern.guarded
    ),
)
_SYNC = Pattern(
    LOGIN, _member("pass|password|passphrase|userPassword|sshPassphrase|sshUserPassword"), pattern.password
)
_STATE = Pattern(
    LOGIN,
    _member(
        r"(?:[a-z_]{0,40}_)?(?:password|passwd|secret|secret_key|secret_access_key|private_key_openssh"
        r"|access_token|auth_token|access_key|connection_string|sas_token|client_secret)"
    ),
    pattern.named,
)
_ATTRIBUTES = Pattern(LOGIN, _attribute("password"), pattern.password)
_FILEZILLA = (
    Pattern(LOGIN, rf'<Pass encoding="base64">(?P<value>{_BASE64})</', pattern.encoded),
    Pattern(LOGIN, _element("Pass"), pattern.password),
)
_MAIL = Pattern(
    LOGIN,
    r"^[ \t]*(?:set[ \t]+)?(?:password|passwd|smtp_pass|imap_pass|authpass)[ \t]*[= \t][ \t]*" + _REST,
    pattern.password,
)
_VENTRILO = Pattern(
    LOGIN, _assigned("(?:admin)?password|rcon_password|sv_password", mark="="), pattern.password
)
_PHP = r"[ \t]*,[ \t]*(?:'(?P<value>(?:[^'\\\n]|\\.){1,200})'|\"(?P<other>(?:[^\"\\\n]|\\.){1,200})\")"
_WORDPRESS = (
    Pattern(
        LOGIN,
        r"define\([ \t]*['\"](?:DB_PASSWORD|FTP_PASS|FTP_PRIKEY)['\"][ \t]*,[ \t]*['\"]"
        r"(?P<value>(?:[^'\"\\\n]|\\.){1,200})['\"]",
        pattern.password,
    ),
    Pattern(
        KEY,
        r"define\([ \t]*['\"](?:(?:SECURE_)?AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT)['\"][ \t]*,[ \t]*"
        r"'(?P<value>(?:[^'\\\n]|\\.){24,200})'",
        lambda value, path: None if "unique phrase" in value else pattern.certain(value, path),
    ),
)
_JOOMLA = Pattern(
    LOGIN,
    r"\$(?:password|secret|smtppass|ftp_pass|wgDBpassword|wgSecretKey|dbpasswd|dbpass)[ \t]*=[ \t]*"
    r"['\"](?P<value>[^'\"\n]{1,200})['\"]",
    pattern.password,
)
_RAILS_KEY = Pattern(KEY, r"\A(?P<value>[0-9a-f]{32})\s{0,4}\Z", pattern.certain, ignores_case=False)
_FIREFOX = Pattern(
    LOGIN,
    _member("encryptedUsername|encryptedPassword"),
    lambda value, path: (
        (verdict := pattern.guarded(value, path))
        and (verdict if values.is_sample(path) else pattern.certain(value, path))
    ),
)
_CLIENT_CNF = Pattern(LOGIN, _assigned("password", mark="="), pattern.password)


def _by_name() -> dict[str, tuple[Pattern, ...]]:
    table: dict[str, tuple[Pattern, ...]] = {}
    for names, patterns in (
        (".netrc _netrc netrc", (_NETRC,)),
        (".pgpass pgpass.conf pgpass", (_PGPASS,)),
        (".npmrc npmrc", _NPMRC),
        (".yarnrc.yml", _YARNRC),
        (".pypirc pypirc", (_PASSWORD,)),
        (".dockercfg .dockerconfigjson config.json dockercfg", _DOCKER),
        ("auth.json", _COMPOSER),
        ("credentials .credentials", (_AWS, _TOKENS)),
        ("config", (_AWS,)),
        (".s3cfg s3cfg .boto", (_S3CFG,)),
        ("rclone.conf", (_RCLONE,)),
        (".tugboat hub hosts.yml credentials.toml", (_TOKENS,)),
        (".terraformrc terraform.rc credentials.tfrc.json", (_TERRAFORMRC,)),
        ("settings.xml settings-security.xml", (_MAVEN,)),
        ("nuget.config", _NUGET),
        (
            "sftp-config.json .remote-sync.json .ftpconfig sftp.json deployment-config.json robomongo.json",
            (_SYNC,),
        ),
        (
            ".ftppass ftp-sync.json .sftprc ftp.json",
            (_SYNC,),
        ),
        ("terraform.tfstate terraform.tfstate.backup", (_STATE,)),
        (
            "webservers.xml dbeaver-data-sources.xml .dbeaver-data-sources.xml data-sources.xml",
            (_ATTRIBUTES,),
        ),
        ("tomcat-users.xml", (_ATTRIBUTES,)),
        ("filezilla.xml recentservers.xml sitemanager.xml", _FILEZILLA),
        (".esmtprc .msmtprc msmtprc .fetchmailrc .muttrc .mailrc ssmtp.conf", (_MAIL,)),
        ("ventrilo_srv.ini", (_VENTRILO,)),
        ("wp-config.php", _WORDPRESS),
        ("configuration.php localsettings.php", (_JOOMLA,)),
        ("master.key", (_RAILS_KEY,)),
        ("logins.json", (_FIREFOX,)),
        (".my.cnf my.cnf client.cnf .mylogin", (_CLIENT_CNF,)),
    ):
        for name in names.split():
            table[name] = table.get(name, ()) + patterns
    return table


_EXTENSIONS: dict[str, tuple[Pattern, ...]] = {".tfstate": (_STATE,), ".key": (_RAILS_KEY,)}


@cache
def table() -> dict[str, tuple[Pattern, ...]]:
    """The expressions for each name of a file, in lower case."""
    return _by_name()


def patterns_of(document: Document) -> tuple[Pattern, ...]:
    """What is looked for in a file: by its name, else by its extension."""
    return table().get(document.name) or _EXTENSIONS.get(document.extension, ())


def _logins(document: Document) -> Iterator[Hit]:
    for one in patterns_of(document):
        yield from pattern.matches(document, one)


_RAILS_BASE = Pattern(
    KEY,
    r"secret_key_base['\"]?[ \t]{0,4}(?:[:=]|=>)[ \t]{0,4}['\"]?(?P<value>[0-9a-f]{64,128})\b",
    pattern.certain,
)
_LARAVEL = Pattern(
    KEY,
    r"\bAPP_KEY[ \t]{0,4}[=:][ \t]{0,4}['\"]?base64:(?P<value>[A-Za-z0-9+/]{43,64}={0,2})",
    pattern.certain,
)
_DJANGO = Pattern(
    KEY,
    r"^[ \t]{0,8}SECRET_KEY[ \t]{0,4}=[ \t]{0,4}(?P<mark>['\"])(?P<value>[^'\"\n]{32,100})(?P=mark)",
    _random,
)
# ASP.NET: whoever has it signs view states and cookies.
_MACHINE_KEY = Pattern(
    KEY,
    r"\b(?:validation|decryption)Key[ \t]{0,4}=[ \t]{0,4}\"(?P<value>[0-9A-F]{32,256})\"",
    lambda value, path: pattern.certain(value, path) if len(set(value.lower())) > _DIGITS else None,
)
# Each begins with its needle, or with that and what is before it in its line.
_INDENT = 8
_ANYWHERE: tuple[tuple[bytes, Pattern], ...] = (
    (b"secret_key_base", _RAILS_BASE),
    (b"app_key", _LARAVEL),
    (b"secret_key", _DJANGO),
)
# Blanks and a sign that assigns follow: the bare name is in every program that uses Django.
_SECRET_KEYS = tuple(b"secret_key" + begin for begin in (b"=", b" =", b"  ", b" \t", b"\t"))


def _keys(document: Document) -> Iterator[Hit]:
    for needle, one in _ANYWHERE:
        if needle in document.folded:
            yield from pattern.hits_at(document, one, (needle,), _INDENT)


def _registries(document: Document) -> Iterator[Hit]:
    yield from pattern.matches(document, _DOCKER[0])


def _machine_keys(document: Document) -> Iterator[Hit]:
    yield from pattern.near(document, b"<machinekey", _MACHINE_KEY)


PLACES = (
    Place((KEY,), (b"<machinekey",), _machine_keys),
    Place((KEY,), (b"secret_key_base", b"app_key", *_SECRET_KEYS), _keys),
    Place((REGISTRY,), (b'"auths"',), _registries),
    Place(
        (LOGIN, REGISTRY, KEY, "NpmDetector"),
        (),
        _logins,
        lambda document: bool(patterns_of(document)),
        names=(*table(), *_EXTENSIONS),
    ),
)
