"""Files of programs: each is known by its name, and what stands in it by its structure."""

from __future__ import annotations

import pytest

from .reading import HIGH, MEDIUM, encoded, found, made_up, places

WORD = made_up(3)
LONG = made_up(4, 40)
HEX = "3ebf21f8e5d1ab86b27a720842c3bb56"
AUTH = encoded(f"deploy:{WORD}")

FILES = [
    (".netrc", "machine api.shop.io login bob password {}\n", WORD),
    ("db/.pgpass", "db.shop.io:5432:main:app:{}\n", WORD),
    (".npmrc", "//registry.npmjs.org/:_authToken={}\n", "26dfe8d8-889b-4380-92ff-9c3c6ea5d930"),
    (".npmrc", "_auth = {}\n", AUTH),
    (".npmrc", "//npm.shop.io/:_password={}\n", encoded(WORD)),
    (".pypirc", "[pypi]\nusername = bob\npassword = {}\n", WORD),
    (".dockercfg", '{{"https://index.docker.io/v1/": {{"auth": "{}"}}}}\n', AUTH),
    ("a/.docker/config.json", '{{"auths": {{"r.shop.io": {{\n"auth": "{}"}}}}}}\n', AUTH),
    ("pull.json", '{{"auths": {{"r.shop.io": {{\n"auth": "{}"}}}}}}\n', AUTH),
    (".aws/credentials", "[default]\naws_secret_access_key = {}\n", LONG),
    (".s3cfg", "[default]\nsecret_key = {}\n", LONG),
    ("hub", 'github.com:\n- user: bob\n  oauth_token: "{}"\n', HEX),
    (".m2/settings.xml", "<server>\n<password>{}</password>\n</server>\n", WORD),
    ("nuget.config", '<add key="ClearTextPassword" value="{}" />\n', WORD),
    ("sftp-config.json", '{{\n  "user": "bob",\n  "password": "{}",\n}}\n', WORD),
    (".ftpconfig", '{{\n  "passphrase": "{}"\n}}\n', WORD),
    (".idea/WebServers.xml", '<fileTransfer host="ftp.shop.io" password="{}" username="bob">\n', HEX),
    ("recentservers.xml", '<Pass encoding="base64">{}</Pass>\n', encoded(WORD)),
    ("filezilla.xml", "<Pass>{}</Pass>\n", WORD),
    (".esmtprc", 'username "bob"\npassword "{}"\n', WORD),
    ("ventrilo_srv.ini", "[Server]\nAdminPassword={}\n", WORD),
    ("wp-config.php", "define( 'DB_PASSWORD', '{}' );\n", WORD),
    (
        "wp-config.php",
        "define('AUTH_KEY',         '{}');\n",
        "MW1p(>M%0Vl 2{#o0|2$cB}~4`Juw@]:(5;oVUl<<W3^e_R-fg",
    ),
    ("config/master.key", "{}\n", HEX),
    ("config/secrets.yml", "production:\n  secret_key_base: {}\n", HEX * 4),
    (".env", "APP_KEY=base64:{}\n", encoded(bytes(range(32)))),
    ("shop/settings.py", "SECRET_KEY = '{}'\n", "zh!=!gq(w^_t[sBR29954x)HI+$ehwss*xYNQeu([xcWMhdzzr"),
    (
        "logins.json",
        '{{"encryptedPassword":"{}"}}\n',
        "MDoEEPgAAAAAAAAAAAAAAAAAAAEwFAYIKoZIhvcNAwcECBQ0N0EftdcP",
    ),
    ("main.tfstate", '{{\n "master_password": "{}"\n}}\n', WORD),
    (".my.cnf", "[client]\npassword={}\n", WORD),
    (".terraformrc", 'credentials "app.terraform.io" {{\n  token = "{}"\n}}\n', LONG),
    ("a.sh", "echo 'machine api.shop.io login bob password {}' > ~/.netrc\n", WORD),
]


@pytest.mark.parametrize(("path", "text", "value"), FILES, ids=lambda part: part if "/" in part else None)
def test_a_login_in_a_file_is_found_at_its_columns(path: str, text: str, value: str) -> None:
    ((_, _, shown),) = places(path, text.format(value))
    assert shown == value


@pytest.mark.parametrize(("path", "text", "value"), FILES)
@pytest.mark.parametrize("stand_in", ["${SECRET}", "<your-password>", "{{ secret }}", "xxxxxxxxxxxxxxxx"])
def test_what_stands_for_a_login_is_not_reported(path: str, text: str, value: str, stand_in: str) -> None:
    assert value not in stand_in
    assert found(path, text.format(stand_in)) == []


def test_a_word_in_a_file_of_logins_is_medium_unless_the_file_is_a_sample() -> None:
    text = "machine api.shop.io login bob password {}\n"
    assert found(".netrc", text.format("letmein"))[0][1] == MEDIUM
    assert found("docs/examples/.netrc", text.format("letmein")) == []
    assert found(".netrc", text.format(WORD))[0][1] == HIGH


def test_the_value_of_an_encoded_login_is_the_password() -> None:
    assert found(".dockercfg", f'{{"r": {{"auth": "{AUTH}"}}}}') == [("RegistryLogin", HIGH, WORD)]


def test_an_encrypted_password_of_maven_is_not_reported() -> None:
    assert found("settings.xml", "<password>{COQLCE6DU6GtcS5P=}</password>") == []


def test_a_login_in_a_file_of_another_name_is_left_to_names() -> None:
    assert [detector for detector, *_ in found("notes.txt", "_auth = " + AUTH)] == ["AssignedSecret"]


@pytest.mark.parametrize(
    "value",
    [
        "$2y$12$s.YfVZdfvAuO/Iz6fte5iO..ZbbEgreZnDcYOGvX4NGJskYQIstcG",
        "$apr1$tp8glkbm$fjg65tI1eipoBh62aEjIy0",
        "$6$LnUhhUi45srUKt9i$" + "aB3./" * 17 + "Z",
    ],
)
def test_the_hash_of_a_password_is_medium(value: str) -> None:
    assert found("etc/shadow", f"root:{value}:17737:0:99999:7:::\n") == [("PasswordHash", MEDIUM, value)]
    row = f"INSERT INTO `users` (`id`, `password`) VALUES\n(1, '{value}');\n"
    assert places("dump.sql", row) == [("PasswordHash", 2, value)]


def test_a_digest_is_a_hash_only_in_a_table_of_users_with_passwords() -> None:
    rows = f" VALUES\n(1, '{HEX}');\n"
    assert places("a.sql", "INSERT INTO users (id, passwd)" + rows) == [("PasswordHash", 2, HEX)]
    assert found("a.sql", "INSERT INTO files (id, digest)" + rows) == []
