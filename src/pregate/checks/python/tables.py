"""
What Bandit's tests compare names, texts and arguments with: the facts behind the walk's conditions.

They are those of one release (:mod:`.gates` says which); ``tests/checks/test_python_gates.py`` compares them
with the tables of the installed Bandit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Qualified names that tests compare a call's with (bandit/blacklists/calls.py, plugins/injection_shell.py and
# others): the whole name is needed.
_CALLS = """
Crypto.Cipher Crypto.Cipher.ARC2.new Crypto.Cipher.ARC4.new Crypto.Cipher.Blowfish.new
Crypto.Cipher.DES.new Crypto.Cipher.XOR.new Crypto.Hash Crypto.Hash.MD2.new Crypto.Hash.MD4.new
Crypto.Hash.MD5.new Crypto.Hash.SHA.new Crypto.IO Crypto.Protocol Crypto.PublicKey
Crypto.PublicKey.DSA.generate Crypto.PublicKey.RSA.generate Crypto.Random Crypto.Signature Crypto.Util
Cryptodome.Cipher.ARC2.new Cryptodome.Cipher.ARC4.new Cryptodome.Cipher.Blowfish.new
Cryptodome.Cipher.DES.new Cryptodome.Cipher.XOR.new Cryptodome.Hash.MD2.new Cryptodome.Hash.MD4.new
Cryptodome.Hash.MD5.new Cryptodome.Hash.SHA.new Cryptodome.PublicKey.DSA.generate
Cryptodome.PublicKey.RSA.generate __import__ cPickle commands.getoutput commands.getstatusoutput
cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key
cryptography.hazmat.primitives.asymmetric.ec.generate_private_key
cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key
cryptography.hazmat.primitives.ciphers.algorithms.ARC4
cryptography.hazmat.primitives.ciphers.algorithms.Blowfish
cryptography.hazmat.primitives.ciphers.algorithms.CAST5
cryptography.hazmat.primitives.ciphers.algorithms.IDEA
cryptography.hazmat.primitives.ciphers.algorithms.SEED
cryptography.hazmat.primitives.ciphers.algorithms.TripleDES
cryptography.hazmat.primitives.ciphers.modes.ECB cryptography.hazmat.primitives.hashes.MD5
cryptography.hazmat.primitives.hashes.SHA1 dill dill.Unpickler dill.load dill.loads
django.utils.safestring.mark_safe eval exec flask.Markup ftplib ftplib.FTP importlib.__import__
importlib.import_module jsonpickle.decode jsonpickle.unpickler.Unpickler jsonpickle.unpickler.decode
logging.config.listen markupsafe.Markup marshal.load marshal.loads os.execl os.execle os.execlp os.execlpe
os.execv os.execve os.execvp os.execvpe os.popen os.popen2 os.popen3 os.popen4 os.spawnl os.spawnle
os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe os.startfile os.system
pandas.read_pickle pickle pickle.Unpickler pickle.load pickle.loads popen2.Popen3 popen2.Popen4
popen2.popen2 popen2.popen3 popen2.popen4 pyOpenSSL.SSL.Context pyghmi pysnmp.hlapi.CommunityData
pysnmp.hlapi.UsmUserData random.Random random.choice random.choices random.getrandbits random.randbytes
random.randint random.random random.randrange random.sample random.triangular random.uniform shelve
shelve.DbfilenameShelf shelve.open six.moves.urllib.request.FancyURLopener
six.moves.urllib.request.URLopener six.moves.urllib.request.urlopen six.moves.urllib.request.urlretrieve
ssl._create_unverified_context ssl.wrap_socket subprocess subprocess.Popen subprocess.call
subprocess.check_call subprocess.check_output subprocess.getoutput subprocess.getstatusoutput
subprocess.run telnetlib telnetlib.Telnet tempfile.mktemp torch.load torch.serialization.load
twisted.web.twcgi.CGIDirectory twisted.web.twcgi.CGIScript urllib.request.FancyURLopener
urllib.request.URLopener urllib.request.urlopen urllib.request.urlretrieve wsgiref.handlers.CGIHandler
xml.dom.expatbuilder xml.dom.expatbuilder.parse xml.dom.expatbuilder.parseString xml.dom.minidom
xml.dom.minidom.parse xml.dom.minidom.parseString xml.dom.pulldom xml.dom.pulldom.parse
xml.dom.pulldom.parseString xml.etree.ElementTree xml.etree.ElementTree.XMLParser
xml.etree.ElementTree.fromstring xml.etree.ElementTree.iterparse xml.etree.ElementTree.parse
xml.etree.cElementTree xml.etree.cElementTree.XMLParser xml.etree.cElementTree.fromstring
xml.etree.cElementTree.iterparse xml.etree.cElementTree.parse xml.sax xml.sax.expatreader.create_parser
xml.sax.make_parser xml.sax.parse xml.sax.parseString xmlrpc
"""
CALLS = frozenset(_CALLS.split())
_IMPORTS = """
Crypto.Cipher Crypto.Hash Crypto.IO Crypto.Protocol Crypto.PublicKey Crypto.Random Crypto.Signature
Crypto.Util cPickle dill ftplib pickle pyghmi shelve subprocess telnetlib twisted.web.twcgi.CGIDirectory
twisted.web.twcgi.CGIScript wsgiref.handlers.CGIHandler xml.dom.expatbuilder xml.dom.minidom
xml.dom.pulldom xml.etree.ElementTree xml.etree.cElementTree xml.sax xmlrpc
"""
IMPORTS = tuple(_IMPORTS.split())
# Last parts of a call's name that tests ask for, whatever stands before them.
_NAMES = """
    extra mark_safe SafeText SafeUnicode SafeString SafeBytes RawSQL exec_command set_missing_host_key_policy
"""
NAMES = frozenset(_NAMES.split())
# Last parts that count only beside one of these words in the qualified name.
QUALIFIED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("md4", "md5", "sha", "sha1", "new"), ("hashlib",)),
    **dict.fromkeys(("crypt", "mksalt"), ("hashlib", "crypt")),
    "from_pretrained": ("transformers",),
    "load_dataset": ("datasets",),
    **dict.fromkeys(("hf_hub_download", "snapshot_download", "repository_id"), ("huggingface_hub",)),
    "load": ("yaml",),
    "Environment": ("jinja2",),
    "Template": ("mako",),
    **dict.fromkeys(("get", "options", "head", "post", "put", "patch", "delete"), ("requests", "httpx")),
    **dict.fromkeys(("request", "stream", "Client", "AsyncClient"), ("httpx",)),
}
KEYWORDS = frozenset({"shell", "debug"})
# Arguments that count when they are one of these, by whatever module (bandit/plugins/insecure_ssl_tls.py).
PROTOCOL_KEYWORDS = ("method", "ssl_version")
PROTOCOLS = frozenset(
    {
        "PROTOCOL_SSLv2",
        "PROTOCOL_SSLv3",
        "PROTOCOL_TLSv1",
        "PROTOCOL_TLSv1_1",
        "SSLv23_METHOD",
        "SSLv2_METHOD",
        "SSLv3_METHOD",
        "TLSv1_1_METHOD",
        "TLSv1_METHOD",
    }
)
# Functions whose first argument is looked up as an import.
IMPORTERS = frozenset({"importlib.import_module", "importlib.__import__"})
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - what is looked for
ANYWHERE = "0.0.0.0"  # noqa: S104 - what is looked for

_HINTS = ("pas", "pwd", "token", "secret")
# A word for a password, between underscores (bandit/plugins/general_hardcoded_password.py).
_WORD = "(?:^|_)(?:pas+wo?r?d|pass(?:phrase)?|pwd|token|secrete?)(?:_|$)"
# What the first word of a statement stands before in it, together or apart (bandit/plugins/injection_sql.py).
_SQL = {
    "select": (r"select\s", r"from\s"),
    "delete": (r"delete\s", r"from\s"),
    "insert": (r"insert\s", r"into\s", r"values[\s(]"),
    "update": (r"update\s", r"set\s"),
}


def hints_at_password(text: str) -> bool:
    """Whether Bandit takes a name or key for a password's."""
    return _may_hold(text, _HINTS) and bool(re.search(_WORD, text, re.IGNORECASE))


def may_be_sql(text: str) -> bool:
    """Whether a text holds the words of an SQL statement that Bandit looks for, in any order."""
    return _may_hold(text, _SQL) and any(
        all(re.search(word, text, re.IGNORECASE) for word in words) for words in _SQL.values()
    )


def _may_hold(text: str, words: Iterable[str]) -> bool:
    if not text.isascii():
        return True  # U+0131 is an i, and U+017F an s, to an expression that ignores case
    text = text.lower()
    one, two, three, four = words
    return one in text or two in text or three in text or four in text
