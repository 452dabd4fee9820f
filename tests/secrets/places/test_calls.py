"""Passwords by their place among the arguments of a call, and in statements with words of their own."""

from __future__ import annotations

import pytest

from .reading import HIGH, found, made_up, places

WORD = made_up(11)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.php", '$db = mysqli_connect("db.shop.io", "app", "{}", "shop");'),
        ("a.php", "$db = new mysqli($host, $user, '{}', $name);"),
        ("a.php", "$db = new PDO('mysql:host=db;dbname=shop', 'app', '{}');"),
        ("a.php", 'ftp_login($connection, "app", "{}");'),
        ("A.java", 'DriverManager.getConnection(url, "app", "{}");'),
        ("a.py", 'requests.get(URL, auth=("app", "{}"), timeout=9)'),
        ("a.py", 'session.auth = HTTPBasicAuth("app", "{}")'),
        ("a.py", 'session.auth = HTTPBasicAuth(\n    "app",\n    "{}",\n)'),
        ("A.cs", 'client.Credentials = new NetworkCredential("app", "{}");'),
        ("a.ps1", '$p = ConvertTo-SecureString "{}" -AsPlainText -Force'),
        ("a.ps1", "$p = ConvertTo-SecureString -String '{}' -AsPlainText -Force"),
        ("a.bat", "net use Z: \\\\nas.shop.io\\share /user:deploy {}"),
        ("a.bat", "net use Z: \\\\nas.shop.io\\share {} /user:deploy"),
        ("wpa_supplicant.conf", '  psk="{}"'),
        ("office.nmconnection", "psk={}"),
        ("ldap.conf", "BINDPW {}"),
        ("tomcat-users.xml", '<user username="bob" password="{}" roles="manager-gui"/>'),
    ],
)
def test_a_password_is_found_by_its_place(path: str, text: str) -> None:
    assert [(s, v) for _, s, v in found(path, text.format(WORD) + "\n")] == [(HIGH, WORD)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.php", "$db = mysqli_connect($host, $user, $password);"),
        ("a.php", '$db = mysqli_connect("localhost", "root", "password");'),
        ("a.py", 'requests.get(URL, auth=("user", "pass"))'),
        ("a.py", f'requests.get(URL, auth=("{WORD}", "{WORD}"))'),
        ("a.py", 'auth = HTTPBasicAuth(os.environ["USER_NAME"], os.environ["PASSWORD"])'),
        ("a.ps1", "$p = ConvertTo-SecureString $env:PASSWORD -AsPlainText -Force"),
        ("a.bat", "net use Z: \\\\nas\\share /user:deploy %PASSWORD%"),
        ("a.bat", "net use Z: \\\\nas\\share /user:deploy /persistent:no"),
        ("wpa_supplicant.conf", 'psk="<password>"'),
        ("slapd.conf", "rootpw {SSHA}q7XkD93mZpR2vLt8q7XkD93mZpR2vLt8"),
    ],
)
def test_words_references_and_options_are_no_passwords(path: str, text: str) -> None:
    assert found(path, text + "\n") == []


def test_samples_of_manuals_are_not_reported() -> None:
    samples = ("2YotnFZFEjr1" + "zCsicMWpAA", "wJalrXUtnFEMI" + "/K7MDENG+bPxRfiCYzKEY", "SlAV32" + "hkKG")
    for sample in samples:
        assert found("a.py", f'secret_access_key = "{sample}"\n') == []


def test_a_hash_in_a_file_that_logins_are_checked_with_is_sure() -> None:
    line = "bob:$apr1$OrVMXtyb$" + "D4Oug4IcQRMMy99DGdWFiR\n"
    assert [sure for _, sure, _ in found(".htpasswd", line)] == [HIGH]
    assert [sure for _, sure, _ in found("users.txt", line)] == [HIGH - 1]


def test_letters_that_make_up_no_name_are_surely_a_password() -> None:
    word = "kbpiwi" + "gIucxcZG"
    assert places("a.py", f'db = connect("mysql://app:{word}@db7.shop.io/shop")\n') == [
        ("BasicAuth", 1, word)
    ]
    assert found("a.py", f'db = connect("mysql://app:{word}@db7.shop.io/shop")\n')[0][1] == HIGH
