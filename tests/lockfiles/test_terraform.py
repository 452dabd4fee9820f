from __future__ import annotations

from tests.lockfiles.reading import flagged, gaps, pins, read

LOCK = """\
    # This file is maintained automatically by "terraform init".
    # Manual edits may be lost in future updates.

    provider "registry.terraform.io/hashicorp/aws" {
      version     = "4.67.0"
      constraints = "~> 4.0, >= 4.9.0"
      hashes = [
        "h1:5Zfo3GfRSWBaXs4TGQNOflr1XaYj6pRnVJLX5VAjFX4=",
        "zh:0843017ecc24385f2b45f2c5fce79dc25b258e50d516877b3affee3bef34f060",
      ]
    }

    provider "registry.opentofu.org/example/tool" {
      version = "1.0.0-rc1" // a comment }
    }
    provider "registry.terraform.io/hashicorp/none" {
      /* version = "2" */
    }
    other "x" { version = "3" }
    """


def test_every_provider_under_its_address() -> None:
    reading = read(".terraform.lock.hcl", LOCK)
    assert pins(reading) == [
        ("registry.terraform.io/hashicorp/aws", "4.67.0"),
        ("registry.opentofu.org/example/tool", "1.0.0-rc1"),
    ]
    assert flagged(reading, LOCK) == ["4.67.0", "1.0.0-rc1"]
    assert [(p.ecosystem, p.hashed) for p in reading.packages] == [("Terraform", True), ("Terraform", False)]
    assert gaps(reading) == [(16, "unparsable", "a provider has no version")]


def test_comments_alone_are_a_lock_file_without_providers() -> None:
    reading = read("infra/.terraform.lock.hcl", "# This file is maintained automatically.\n")
    assert (reading.packages, reading.unread) == ((), ())


def test_a_provider_without_its_address() -> None:
    reading = read(".terraform.lock.hcl", 'provider {\n  version = "1.0.0"\n}\n')
    assert gaps(reading) == [(2, "unparsable", "an entry's name or version is no usable text")]
