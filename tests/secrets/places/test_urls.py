"""Passwords in URLs and connection strings are found; what only looks like them is not."""

from __future__ import annotations

import pytest

from .reading import HIGH, MEDIUM, found, made_up, places

WORD = made_up(2)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://app:{}@db.shop.io/main",
        "redis://:{}@cache.shop.io:6379/0",
        "mongodb+srv://app:{}@c0.shop.mongodb.net/?retryWrites=true",
        "amqp://app:{}@queue.shop.io//",
        "ftp://deploy:{}@ftp.shop.io",
        "smtp://mail%40shop.io:{}@smtp.shop.io:587",
        "git+https://bob:{}@git.shop.io/x.git",
        "https://bob:{}@[2001:db8::1]/",
        "jdbc:mysql://app:{}@db.shop.io/x",
        "mysql://app:{}@${{DB_HOST}}/x",
    ],
)
def test_a_password_in_a_url_is_found_at_its_columns(url: str) -> None:
    text = f'x = 1\nurl: "{url.format(WORD)}"\n'
    assert places("a.yaml", text) == [("BasicAuth", 2, WORD)]


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@github.com/x",
        "postgres://postgres:postgres@localhost:5432/x",
        "https://user:pass@example.com",
        "redis://:${REDIS_PASSWORD}@cache.shop.io",
        "https://{user}:{password}@shop.io",
        "https://$USER:$TOKEN@shop.io",
        "https://bob:%s@shop.io",
        "https://bob:<password>@shop.io",
        "https://bob:***@shop.io",
        "https://bob:{{ secret }}@shop.io",
        "http://shop.io:8080/path@2x.png",
        "https://registry.shop.io:443/@scope/package",
        "docker://shop.io/app:v1@sha256:0123456789abcdef",
        "ssh://git:22@shop.io",
        "http://foo:bar@example.com",
        "https://x-access-token:GITHUB_TOKEN@github.com",
        "http://a.io:80,b@c.io",
        "https://bob:op://vault/item@shop.io",
    ],
)
def test_what_only_looks_like_a_password_in_a_url_is_not_reported(url: str) -> None:
    assert found("a.md", f"see {url} there\n") == []


def test_a_password_with_percent_signs_and_a_forgotten_at_sign_is_whole() -> None:
    for value in ("p%40Zk39dk2d", "Zk39!#@dk2d"):
        assert places("a.txt", f"https://bob:{value}@shop.io/x") == [("BasicAuth", 1, value)]


def test_a_password_at_an_example_host_is_medium() -> None:
    assert found("a.py", f"'https://bob:{WORD}@example.com'") == [("BasicAuth", MEDIUM, WORD)]


def test_git_credentials_hold_no_samples() -> None:
    assert found(".git-credentials", "https://bob:password12@github.com\n")[0][:2] == ("BasicAuth", MEDIUM)


@pytest.mark.parametrize(
    "text",
    [
        "Server=tcp:db.shop.io,1433;Database=x;User ID=app;Password={};Encrypt=true;",
        "Driver={{SQL Server}};Server=db.shop.io;Uid=app;Pwd={};",
        "jdbc:mysql://db.shop.io/x?user=app&password={}&useSSL=true",
        "jdbc:sqlserver://db.shop.io;databaseName=x;user=app;password={};",
        "jdbc:oracle:thin:scott/{}@db.shop.io:1521:orcl",
        "host=db.shop.io user=app password={} dbname=x",
        "cache.shop.io:6380,ssl=True,password={},abortConnect=False",
    ],
)
def test_a_password_in_a_connection_string_is_found_at_its_columns(text: str) -> None:
    assert places("a.json", f'{{\n "x": "{text.format(WORD)}"}}\n') == [("ConnectionString", 2, WORD)]


@pytest.mark.parametrize(
    "text",
    [
        "Server=db.shop.io;User Id=app;Password=${DB_PASSWORD};",
        "Server=localhost;User Id=sa;Password=secret;",
        "Server=db.shop.io;User Id=app;Password={0};",
        "Server=db.shop.io;User Id=app;Password=<password>;",
        "user=e.user;password=e.password;host=1;",
        "user = read(); password = readPassword(); port = 2;",
        "jdbc:postgresql://db.shop.io/x?user=app&password=%s",
    ],
)
def test_a_reference_in_a_connection_string_is_not_reported(text: str) -> None:
    assert found("a.js", f'x = "{text}"\n') == []


def test_a_sure_one_is_high() -> None:
    assert found("a.py", f"u = 'https://bob:{WORD}@shop.io'") == [("BasicAuth", HIGH, WORD)]
