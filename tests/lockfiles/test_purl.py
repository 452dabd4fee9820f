"""Package URLs: written as packageurl writes them, and read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packageurl import PackageURL

from pregate.lockfiles.ecosystems import ECOSYSTEMS
from pregate.lockfiles.model import Package
from pregate.lockfiles.purl import ecosystem_and_name, parse_purl, purl_of
from pregate.model import Location

NAMES = {
    "Maven": "org.apache.logging.log4j:log4j-core",
    "npm": "@angular/core",
    "Go": "github.com/Azure/azure-sdk-for-go/sdk",
    "Packagist": "symfony/http-kernel",
    "SwiftURL": "github.com/apple/swift-nio",
    "GitHub Actions": "github/codeql-action/init",
    "Terraform": "registry.terraform.io/hashicorp/aws",
    "Pub": "some_name",
}


def package(ecosystem: str, name: str, version: str = "1.0.0") -> Package:
    return Package(ecosystem, name, version, Location("lock"))


@pytest.mark.parametrize(
    ("world", "name", "version", "purl"),
    [
        ("PyPI", "Zope.Interface", "5", "pkg:pypi/zope-interface@5"),
        ("npm", "@Angular/Core", "17.0.0", "pkg:npm/%40angular/core@17.0.0"),
        ("Go", "github.com/Foo/bar/v2", "2.0.1", "pkg:golang/github.com/Foo/bar/v2@v2.0.1"),
        ("Go", "github.com/foo/bar", "v0.1.0", "pkg:golang/github.com/foo/bar@v0.1.0"),
        ("Go", "stdlib", "1.22.3", "pkg:golang/stdlib@1.22.3"),
        ("crates.io", "serde_json", "1.0.1", "pkg:cargo/serde_json@1.0.1"),
        ("RubyGems", "rails", "7.1.0", "pkg:gem/rails@7.1.0"),
        ("Packagist", "Symfony/Http-Kernel", "v6.0", "pkg:composer/symfony/http-kernel@v6.0"),
        ("NuGet", "Newtonsoft.Json", "13.0.1", "pkg:nuget/Newtonsoft.Json@13.0.1"),
        ("Maven", "org.a:b", "1", "pkg:maven/org.a/b@1"),
        ("Hex", "Phoenix", "1.7.0", "pkg:hex/phoenix@1.7.0"),
        ("Pub", "http", "1.0.0", "pkg:pub/http@1.0.0"),
        ("SwiftURL", "https://github.com/Apple/Swift-NIO.git", "2", "pkg:swift/github.com/apple/swift-nio@2"),
        ("ConanCenter", "zlib", "1.3", "pkg:conan/zlib@1.3"),
        ("ConanCenter", "zlib", "1.3@me/stable", "pkg:conan/zlib@1.3?channel=stable&user=me"),
        ("CRAN", "ggplot2", "3.4", "pkg:cran/ggplot2@3.4"),
        ("Hackage", "aeson", "2", "pkg:hackage/aeson@2"),
        ("GitHub Actions", "Actions/checkout", "v4", "pkg:githubactions/actions/checkout@v4"),
        ("Conda", "NumPy", "1.26", "pkg:conda/numpy@1.26"),
        ("CocoaPods", "ShareKit/Twitter", "2.0", "pkg:cocoapods/ShareKit@2.0#Twitter"),
        ("Terraform", "registry.terraform.io/hashicorp/aws", "5.1",
         "pkg:terraform/registry.terraform.io/hashicorp/aws@5.1"),
        ("Debian:12", "curl", "7.88.1-10+deb12u5",
         "pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?distro=debian-12"),
        ("Nowhere", "x", "1", ""),
    ],
)  # fmt: skip
def test_each_ecosystem_has_its_form(world: str, name: str, version: str, purl: str) -> None:
    assert purl_of(package(world, name, version)) == purl


@pytest.mark.parametrize("world", sorted(ECOSYSTEMS))
def test_what_is_written_is_a_purl_and_says_the_same_when_read(world: str) -> None:
    text = purl_of(package(world, NAMES.get(world, "some-name")))
    assert PackageURL.from_string(text).to_string() == text
    read = parse_purl(text)
    assert read
    assert ecosystem_and_name(read) == (world, NAMES.get(world, "some-name"))
    assert read.version.removeprefix("v") == "1.0.0"


@settings(max_examples=50, deadline=None)
@given(
    name=st.text(min_size=1, max_size=20).filter(lambda t: t.strip("/") and "\ud800" not in t),
    version=st.text(min_size=1, max_size=10),
)
def test_any_name_survives(name: str, version: str) -> None:
    text = purl_of(package("crates.io", name.replace("/", "x"), version))
    assert text.isascii()
    assert text.isprintable()
    read = parse_purl(text)
    assert read
    assert (read.name, read.version) == (name.replace("/", "x"), version)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pkg:npm/@angular/core@17", ("npm", "@angular/core", "17")),
        ("pkg:npm/@angular/core", ("npm", "@angular/core", "")),
        ("PKG:PyPI/django@4.2", ("PyPI", "django", "4.2")),
        ("pkg://pypi/django@4.2", ("PyPI", "django", "4.2")),
        ("pkg:deb/debian/curl@7.88?arch=amd64&distro=debian-12", ("Debian:12", "curl", "7.88")),
        ("pkg:deb/debian/libcurl4@7.88?distro=debian-12.5&upstream=curl", ("Debian:12", "curl", "7.88")),
        ("pkg:deb/ubuntu/curl@7?distro=ubuntu-22.04", ("Ubuntu:22.04:LTS", "curl", "7")),
        ("pkg:apk/alpine/curl@8?distro=alpine-3.19.1", ("Alpine:v3.19", "curl", "8")),
        ("pkg:apk/alpine/curl@8?distro=3.19", ("Alpine:v3.19", "curl", "8")),
        ("pkg:deb/debian/curl@7", ("", "", "7")),
        ("pkg:deb/debian/curl@7?distro=bookworm", ("", "", "7")),
        ("pkg:rpm/redhat/curl@7?distro=rhel-9", ("", "", "7")),
        ("pkg:generic/openssl@3", ("", "", "3")),
    ],
)
def test_purls_of_others_are_read(text: str, found: tuple[str, str, str]) -> None:
    read = parse_purl(text)
    assert read
    assert (*ecosystem_and_name(read), read.version) == found


@pytest.mark.parametrize("text", ["", "pkg:", "pkg:npm", "pkg:npm/", "http://x/y", "pkg:npm/" + "a" * 3000])
def test_what_is_no_purl_is_none(text: str) -> None:
    assert parse_purl(text) is None
