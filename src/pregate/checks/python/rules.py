"""
Bandit's tests as rules, in our own words.

Names, CWE numbers, usual severities and pages are those of Bandit 1.9.4 (its entry points, blacklists and
``bandit.core.docs_utils``); a test compares them with the installed one. A test that Bandit adds gets a
general rule.
"""

# ruff: noqa: E501, ISC004 - a table of sentences: one sentence, one line
from __future__ import annotations

from functools import cache

from pregate.model import Rule, Severity
from pregate.records import dataclass

DOCS = "https://bandit.readthedocs.io/en/latest/"
SEVERITIES = {
    "UNDEFINED": Severity.LOW,
    "LOW": Severity.LOW,
    "MEDIUM": Severity.MEDIUM,
    "HIGH": Severity.HIGH,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One of Bandit's tests: its name, page below ``DOCS`` (``""``: made from the name), usual severity, CWE
    and our words.
    """

    name: str
    severity: str
    cwe: int
    title: str
    description: str
    remedy: str
    page: str = ""


_XML = (
    "A hostile XML document can read local files, reach into the network or use up all memory through its entities.",
    "Parse what others wrote with `defusedxml`, which refuses entities and external references.",
)
_PICKLE = (
    "Loading a pickle runs whatever its writer put into it.",
    "Exchange data as JSON or another format that is data only; sign a pickle that must be kept, and check before loading.",
)
_TELNET = (
    "Telnet sends everything, passwords too, for everyone on the way to read and change.",
    "Use SSH (`paramiko` or `asyncssh`, with host keys checked).",
)
_FTP = (
    "FTP sends everything, passwords too, for everyone on the way to read and change.",
    "Use SFTP, HTTPS or, where it must be FTP, `ftplib.FTP_TLS` with `prot_p()`.",
)
_SNMP = (
    "SNMP before version 3, or without privacy, sends its credentials and data in the clear.",
    "Use SNMPv3 with authentication and encryption (`authPriv`).",
)
_TLS = (
    "SSL and early TLS can be broken: an attacker on the way can read or change what is sent.",
    "Use `ssl.create_default_context()` and leave its minimum version (TLS 1.2) alone.",
)
_SHELL = (
    "A shell reads the command: characters in any part that an attacker controls become further commands.",
    'Pass a list of arguments and leave the shell out: `subprocess.run(["git", "log", name], check=True)`. '
    "If it must be a shell, quote each value with `shlex.quote`.",
)
_SQL = (
    "A query put together from text lets an attacker who controls a part of it read or change any data.",
    "Leave the values out of the text and pass them as parameters: "
    '`cursor.execute("… WHERE name = %s", (name,))`. Choose table and column names from a fixed set.',
)
_PASSWORD = (
    "Everyone who can read the code knows the password, and changing it needs a release.",
    "Read it from the environment or a secret store. If this one was ever used, change it.",
)
_XSS = (
    "Text marked as safe is not escaped: if a visitor controls a part of it, it runs as script in other visitors' browsers.",
    "Let the template escape it, or build it with `format_html` or `Markup.format`, which escape their arguments.",
)
_PASS = (
    "An error that nobody sees leaves the program running in a state that it was not written for.",
    "Catch the exceptions that are expected, and log or handle them: `except KeyError: log.debug(…)`.",
)
_CIPHER = (
    "The cipher or mode is broken or weak: what it protects can be read or changed.",
    "Use AES-GCM or ChaCha20-Poly1305 from `cryptography`, or its `Fernet` recipe.",
)
_PARTIAL = (
    "Starting another program hands it whatever its arguments hold, and trusts the one that is found.",
    "Make sure that no argument comes from outside unchecked, put `--` before paths, and name the program by its full path.",
)

TESTS: dict[str, Entry] = {
    "B101": Entry("assert_used", "LOW", 703, "Assert used for a check",
        "Python leaves out `assert` when it runs with `-O`, and the check with it.",
        "Raise an exception: `if not ok: raise ValueError(…)`. In tests an assert is right: skip B101 there."),
    "B102": Entry("exec_used", "MEDIUM", 78, "Code run with exec",
        "Text that reaches `exec` runs as code; if anything in it comes from outside, so does the code.",
        "Call a function chosen from a dictionary, or read data with `json.loads` or `ast.literal_eval`."),
    "B103": Entry("set_bad_file_permissions", "MEDIUM", 732, "File open to other users",
        "Other users of the machine may change or run the file.",
        "Give only the owner rights: `os.chmod(path, 0o600)`, or `0o700` for a program."),
    "B104": Entry("hardcoded_bind_all_interfaces", "MEDIUM", 605, "Listening on all interfaces",
        "A service on `0.0.0.0` or `::` answers on every network that the machine is in.",
        "Bind to `127.0.0.1` or to the address that is meant, from configuration."),
    "B105": Entry("hardcoded_password_string", "LOW", 259, "Hard-coded password", *_PASSWORD),
    "B106": Entry("hardcoded_password_funcarg", "LOW", 259, "Hard-coded password as an argument", *_PASSWORD),
    "B107": Entry("hardcoded_password_default", "LOW", 259, "Hard-coded password as a default", *_PASSWORD),
    "B108": Entry("hardcoded_tmp_directory", "MEDIUM", 377, "Fixed name in a shared temporary folder",
        "Another user can create the file first, or a link in its place, and have it read or written.",
        "Use `tempfile.TemporaryDirectory()` or `NamedTemporaryFile()`."),
    "B110": Entry("try_except_pass", "LOW", 703, "Exception swallowed", *_PASS),
    "B112": Entry("try_except_continue", "LOW", 703, "Exception swallowed in a loop", *_PASS),
    "B113": Entry("request_without_timeout", "MEDIUM", 400, "HTTP request without a timeout",
        "A server that never answers keeps the caller waiting for ever.",
        "Pass `timeout=10`, or what suits the call."),
    "B201": Entry("flask_debug_true", "HIGH", 94, "Flask with its debugger on",
        "The debugger lets anyone who reaches it run code on the server.",
        "Leave `debug` out and turn it on for development alone, with `flask --debug run`."),
    "B202": Entry("tarfile_unsafe_members", "HIGH", 22, "Archive unpacked without a filter",
        "Names such as `../../etc/cron.d/x` in an archive write outside the folder that is meant.",
        "Pass `filter=\"data\"` to `extractall` (Python 3.12, and security releases since 3.8)."),
    "B301": Entry("pickle", "MEDIUM", 502, "Pickle loaded", *_PICKLE),
    "B302": Entry("marshal", "MEDIUM", 502, "Marshal data loaded",
        "`marshal` is not safe against crafted data and can crash or take over the interpreter.",
        "Exchange data as JSON."),
    "B303": Entry("md5", "MEDIUM", 327, "Broken hash function",
        "MD2, MD4, MD5 and SHA-1 collide: two different texts can be made with one digest.",
        "Use SHA-256 or BLAKE2; for passwords `scrypt` or Argon2."),
    "B304": Entry("ciphers", "HIGH", 327, "Weak cipher", *_CIPHER, "blacklists/blacklist_calls.html#b304-b305-ciphers-and-modes"),
    "B305": Entry("cipher_modes", "MEDIUM", 327, "Weak cipher mode", *_CIPHER, "blacklists/blacklist_calls.html#b304-b305-ciphers-and-modes"),
    "B306": Entry("mktemp_q", "MEDIUM", 377, "Temporary file name without the file",
        "Between `mktemp` and the opening, somebody else can create the file.",
        "Use `tempfile.mkstemp()` or `NamedTemporaryFile()`, which create it."),
    "B307": Entry("eval", "MEDIUM", 78, "Expression evaluated with eval",
        "Text that reaches `eval` runs as code; if anything in it comes from outside, so does the code.",
        "Use `ast.literal_eval` for literals, `json.loads` for data, a dictionary of functions for choices."),
    "B308": Entry("mark_safe", "MEDIUM", 79, "Text marked as safe HTML", *_XSS),
    "B310": Entry("urllib_urlopen", "MEDIUM", 22, "URL opened without a check of its scheme",
        "`urlopen` takes `file:` and other schemes: who chooses the URL reads local files.",
        "Check that the URL begins with `https://` before opening it, or use an HTTP library."),
    "B311": Entry("random", "LOW", 330, "Predictable random numbers",
        "`random` can be predicted from a few of its outputs.",
        "For tokens, passwords and keys use `secrets`; for anything else it is fine, and `# nosec B311` says so."),
    "B312": Entry("telnetlib", "HIGH", 319, "Telnet used", *_TELNET),
    "B313": Entry("xml_bad_cElementTree", "MEDIUM", 20, "XML parsed without protection", *_XML),
    "B314": Entry("xml_bad_ElementTree", "MEDIUM", 20, "XML parsed without protection", *_XML),
    "B315": Entry("xml_bad_expatreader", "MEDIUM", 20, "XML parsed without protection", *_XML),
    "B316": Entry("xml_bad_expatbuilder", "MEDIUM", 20, "XML parsed without protection", *_XML),
    "B317": Entry("xml_bad_sax", "MEDIUM", 20, "XML parsed without protection", *_XML),
    "B318": Entry("xml_bad_minidom", "MEDIUM", 20, "XML parsed without protection", *_XML),
    "B319": Entry("xml_bad_pulldom", "MEDIUM", 20, "XML parsed without protection", *_XML),
    "B321": Entry("ftplib", "HIGH", 319, "FTP used", *_FTP),
    "B323": Entry("unverified_context", "MEDIUM", 295, "TLS without checking the certificate",
        "Anyone on the way can pose as the server.",
        "Use `ssl.create_default_context()`, with `cafile=` for a private authority."),
    "B324": Entry("hashlib", "HIGH", 327, "Broken hash function",
        "MD5 and SHA-1 collide: two different texts can be made with one digest.",
        "Use `hashlib.sha256`; where it is no matter of security, say so with `usedforsecurity=False`.", "plugins/b324_hashlib.html"),
    "B401": Entry("import_telnetlib", "HIGH", 319, "Telnet imported", *_TELNET),
    "B402": Entry("import_ftplib", "HIGH", 319, "FTP imported", *_FTP),
    "B403": Entry("import_pickle", "LOW", 502, "Pickle imported", *_PICKLE),
    "B404": Entry("import_subprocess", "LOW", 78, "subprocess imported", *_PARTIAL),
    "B405": Entry("import_xml_etree", "LOW", 20, "XML parser imported", *_XML),
    "B406": Entry("import_xml_sax", "LOW", 20, "XML parser imported", *_XML),
    "B407": Entry("import_xml_expat", "LOW", 20, "XML parser imported", *_XML),
    "B408": Entry("import_xml_minidom", "LOW", 20, "XML parser imported", *_XML),
    "B409": Entry("import_xml_pulldom", "LOW", 20, "XML parser imported", *_XML),
    "B411": Entry("import_xmlrpclib", "HIGH", 20, "XML-RPC imported",
        "XML-RPC parses XML that the other side wrote; a hostile document can use up all memory.",
        "Call `defusedxml.xmlrpc.monkey_patch()`, or use JSON over HTTPS."),
    "B412": Entry("import_httpoxy", "HIGH", 284, "CGI handler open to httpoxy",
        "A `Proxy:` header becomes `HTTP_PROXY` in a CGI program, and sends its own requests through the attacker.",
        "Serve with WSGI or ASGI, or drop the header before it gets there."),
    "B413": Entry("import_pycrypto", "HIGH", 327, "pyCrypto imported",
        "pyCrypto is unmaintained since 2013 and has known holes.",
        "Use `cryptography`, or `pycryptodome`, which keeps the interface."),
    "B415": Entry("import_pyghmi", "HIGH", 319, "IPMI used",
        "IPMI is weak by design; who reaches it may control the machine below its operating system.",
        "Keep it in a management network of its own, or use Redfish over HTTPS."),
    "B501": Entry("request_with_no_cert_validation", "HIGH", 295, "HTTPS without checking the certificate",
        "With `verify=False` anyone on the way can pose as the server.",
        "Leave `verify` out; for a private authority pass `verify=\"/path/ca.pem\"`."),
    "B502": Entry("ssl_with_bad_version", "HIGH", 327, "Broken TLS version", *_TLS),
    "B503": Entry("ssl_with_bad_defaults", "MEDIUM", 327, "Broken TLS version as a default", *_TLS),
    "B504": Entry("ssl_with_no_version", "LOW", 327, "TLS version left open", *_TLS),
    "B505": Entry("weak_cryptographic_key", "HIGH", 326, "Key too short",
        "A short key can be found by calculation.",
        "RSA and DSA: 2048 bits at least, better 3072; elliptic curves: 224 at least, better P-256 or Ed25519."),
    "B506": Entry("yaml_load", "MEDIUM", 20, "YAML loaded with an unsafe loader",
        "YAML tags can create any Python object and run code.",
        "Use `yaml.safe_load(text)`."),
    "B507": Entry("ssh_no_host_key_verification", "HIGH", 295, "SSH without checking the host key",
        "Anyone on the way can pose as the server and read the password.",
        "Load known hosts and keep `RejectPolicy`, paramiko's default."),
    "B508": Entry("snmp_insecure_version", "MEDIUM", 319, "Insecure SNMP version", *_SNMP, "plugins/b508_snmp_insecure_version_check.html"),
    "B509": Entry("snmp_weak_cryptography", "MEDIUM", 319, "SNMP without encryption", *_SNMP, "plugins/b509_snmp_crypto_check.html"),
    "B601": Entry("paramiko_calls", "MEDIUM", 78, "Command run on another machine", *_SHELL),
    "B602": Entry("subprocess_popen_with_shell_equals_true", "HIGH", 78, "Subprocess started through a shell", *_SHELL),
    "B603": Entry("subprocess_without_shell_equals_true", "LOW", 78, "Subprocess started", *_PARTIAL),
    "B604": Entry("any_other_function_with_shell_equals_true", "MEDIUM", 78, "Call with shell=True", *_SHELL),
    "B605": Entry("start_process_with_a_shell", "HIGH", 78, "Process started through a shell", *_SHELL),
    "B606": Entry("start_process_with_no_shell", "LOW", 78, "Process started", *_PARTIAL),
    "B607": Entry("start_process_with_partial_path", "LOW", 78, "Program found through PATH", *_PARTIAL),
    "B608": Entry("hardcoded_sql_expressions", "MEDIUM", 89, "SQL put together from text", *_SQL),
    "B609": Entry("linux_commands_wildcard_injection", "HIGH", 155, "Wildcard in a command",
        "A file named like an option (`--checkpoint-action=…`) becomes one when the shell expands the wildcard.",
        "Put `--` or `./` before the wildcard, or list the files with `glob` and pass them as arguments."),
    "B610": Entry("django_extra_used", "MEDIUM", 89, "SQL put together from text (extra)", *_SQL),
    "B611": Entry("django_rawsql_used", "MEDIUM", 89, "SQL put together from text (RawSQL)", *_SQL),
    "B612": Entry("logging_config_insecure_listen", "MEDIUM", 94, "Logging configured from a socket",
        "`logging.config.listen` evaluates parts of what it gets: who reaches the port runs code.",
        "Pass `verify=` with a function that checks a signature, or read the configuration from a file."),
    "B613": Entry("trojansource", "HIGH", 838, "Characters that reorder the text",
        "Bidirectional control characters make a reader see another program than the one that runs (CVE-2021-42574).",
        "Remove them; where a text needs one, write it as an escape: `\"\\u202e\"`."),
    "B614": Entry("pytorch_load", "MEDIUM", 502, "Model loaded as a pickle",
        "`torch.load` reads a pickle, which runs whatever its writer put into it.",
        "Pass `weights_only=True`, or keep weights as safetensors."),
    "B615": Entry("huggingface_unsafe_download", "MEDIUM", 494, "Model fetched without a fixed revision",
        "Whoever controls the repository can change what the next download brings.",
        "Pass `revision=` with a full commit id."),
    "B701": Entry("jinja2_autoescape_false", "HIGH", 94, "Jinja2 without escaping", *_XSS),
    "B702": Entry("use_of_mako_templates", "MEDIUM", 80, "Mako template without escaping",
        "Mako escapes nothing by itself: what a visitor sends becomes part of the page.",
        "Create it with `default_filters=[\"h\"]`, and escape for the place where the value stands."),
    "B703": Entry("django_mark_safe", "MEDIUM", 80, "Text marked as safe HTML", *_XSS),
    "B704": Entry("markupsafe_markup_xss", "MEDIUM", 79, "Text marked as safe HTML", *_XSS),
}  # fmt: skip


@cache
def rule(test_id: str) -> Rule:
    """The rule of one test: ``python/B602``."""
    test = TESTS.get(test_id)
    if test is None:
        return Rule(
            id=f"python/{test_id}",
            title=f"Bandit's test {test_id}",
            description="A pattern that Bandit knows as insecure.",
            remedy=f"Bandit's page on {test_id} says what to write instead.",
            severity=Severity.MEDIUM,
            help_uri=DOCS,
        )
    return Rule(
        id=f"python/{test_id}",
        title=test.title,
        description=test.description,
        remedy=test.remedy,
        severity=SEVERITIES[test.severity],
        help_uri=DOCS + page(test_id, test),
        cwe=(test.cwe,),
        tags=("security", "python", test.name),
    )


def page(test_id: str, test: Entry) -> str:
    """Where Bandit's documentation explains a test, as ``bandit.core.docs_utils.get_url`` builds it."""
    if test.page:
        return test.page
    name = test.name.replace("_", "-")
    if test_id.startswith("B3"):
        part = "b313-b320" if "B313" <= test_id <= "B320" else test_id
        return f"blacklists/blacklist_calls.html#{part}-{name}".lower()
    if test_id.startswith("B4"):
        return f"blacklists/blacklist_imports.html#{test_id}-{name}".lower()
    return f"plugins/{test_id}_{test.name}.html".lower()
