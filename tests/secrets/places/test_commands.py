"""Passwords in commands, statements and headers."""

from __future__ import annotations

import pytest

from .reading import HIGH, encoded, found, made_up, places

WORD = made_up(7)
TOKEN = made_up(8, 32)


@pytest.mark.parametrize(
    "command",
    [
        "curl -sS -u admin:{} https://api.shop.io",
        "curl --user 'admin:{}' https://api.shop.io",
        'curl --proxy-user "admin:{}" https://api.shop.io',
        "sshpass -p {} ssh bob@shop.io",
        "sshpass -p '{}' scp a bob@shop.io:",
        "mysql -h db -u root -p{} main",
        "mysqldump --password={} main",
        "mongo db.shop.io -u app -p {}",
        "redis-cli -h cache -a {} ping",
        "PGPASSWORD={} psql -h db",
        "docker login -u bob -p {} r.shop.io",
        "helm registry login r.shop.io --password {}",
        "az login --service-principal -u x -p {} --tenant y",
        "htpasswd -bc .htpasswd bob {}",
        "net user bob {} /add",
        "echo 'bob:{}' | sudo chpasswd",
        "openssl rsa -in a.pem -passin pass:{}",
        "keytool -list -keystore a.jks -storepass {}",
        "wget --user=bob --password={} https://shop.io",
    ],
)
def test_a_password_in_a_command_is_found_at_its_columns(command: str) -> None:
    assert places("run.sh", f"set -e\n{command.format(WORD)}\n") == [("CommandPassword", 2, WORD)]


@pytest.mark.parametrize(
    "text",
    [
        "curl -u $USER:$PASSWORD https://api.shop.io",
        'curl -u "${USER}:${PASSWORD}" https://api.shop.io',
        "curl -u user:password https://api.shop.io",
        "mysql -u root -p main",
        "mysql -u root -p$PASSWORD main",
        "docker run -p 8080:80 shop && docker login",
        "docker login -u bob --password-stdin",
        "sshpass -p <password> ssh bob@shop.io",
        "mkdir -p /var/lib/mysql -p4ssw0rddir9",
        "PGPASSWORD=$(cat /run/secrets/db) psql",
        "# the object identified by hexsha",
        "CREATE USER bob IDENTIFIED BY 'password';",
        "ALTER USER bob WITH PASSWORD '${PASSWORD}';",
        "Authorization: Bearer $TOKEN",
        "Authorization: Bearer your-access-token-goes-here",
        "Authorization: Bearer {{ token }}",
        f"Authorization: Basic {encoded('user:password')}",
        "X-Api-Key: ${API_KEY}",
        "X-Api-Key: YOUR_API_KEY_GOES_IN_HERE",
    ],
)
def test_references_and_words_in_commands_are_not_reported(text: str) -> None:
    assert found("run.sh", text + "\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "CREATE USER 'bob'@'%' IDENTIFIED BY '{}';",
        "CREATE USER bob IDENTIFIED BY {};",
        "ALTER USER bob WITH PASSWORD '{}';",
        "CREATE LOGIN bob WITH PASSWORD = N'{}';",
        "SET PASSWORD FOR bob = PASSWORD('{}');",
        "conn.login('bob@shop.io', '{}', done)",
    ],
)
def test_a_password_in_a_statement_is_found_at_its_columns(text: str) -> None:
    assert places("init.sql", text.format("Q" + WORD)) == [("CommandPassword", 1, "Q" + WORD)]


@pytest.mark.parametrize(
    "text",
    [
        'curl -H "Authorization: Bearer {}" https://shop.io',
        "headers = {{'Authorization': 'Bearer {}'}}",
        'req.Header.Set("Authorization", "Bearer {}")',
        "Authorization: token {}",
        "x-api-key: {}",
        "headers['X-Api-Key'] = '{}'",
        '{{"log": "{{\\"Authorization\\": \\"Bearer {}\\"}}"}}',
    ],
)
def test_a_token_in_a_header_is_found_at_its_columns(text: str) -> None:
    assert places("a.http", text.format(TOKEN)) == [("AuthorizationHeader", 1, TOKEN)]


def test_a_basic_header_is_decoded_to_be_judged() -> None:
    login = encoded(f"bob:{WORD}")
    assert found("a.http", f"Authorization: Basic {login}\n") == [("AuthorizationHeader", HIGH, login)]
