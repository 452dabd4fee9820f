"""Made-up tokens of code hosts, registries and build services."""

from __future__ import annotations

import random
import zlib

from pregate.secrets.checksums import base36, base62, bech32_digits, cargo_digit

from .model import ALNUM, HEX, Specimen, text
from .pieces import BASE64, LOWER, UPPER, URL_SAFE, UUID, of

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BASE64_HEAD = "eyJzaWduSW5BZGRyZXNzIjoi"


def github(rng: random.Random, kind: str = "ghp") -> str:
    """A token of GitHub's, or npm's, with right check digits."""
    body = text(rng, ALNUM, 30)
    return f"{kind}_" + body + base62(zlib.crc32(body.encode()), 6)


def gitlab(rng: random.Random) -> str:
    """A routable token of GitLab's with right check digits."""
    body = f"glpat-{text(rng, ALNUM, 34)}.01.0y"
    return body + base36(zlib.crc32(body.encode()), 7)


def cargo(rng: random.Random) -> str:
    """A token for trusted publishing on crates.io with its check digit."""
    body = text(rng, ALNUM, 31)
    return f"cio_tp_{body}{cargo_digit(body)}"


def age(rng: random.Random) -> str:
    """A key of age's with right check digits."""
    body = text(rng, _BECH32, 52)
    return f"AGE-SECRET-KEY-1{(body + bech32_digits('age-secret-key-', body)).upper()}"


_HOSTS: dict[str, tuple[Specimen, ...]] = {
    "GitHubTokenDetector": (
        Specimen(github, "GH_TOKEN"),
        Specimen(lambda rng: github(rng, "gh" + rng.choice("ousr")), "GITHUB_TOKEN"),
        of("token", "github_pat_", (ALNUM, 22), "_", (ALNUM, 59)),
        of("GITHUB_CLIENT_SECRET", (HEX, 40)),
        of(
            "GITHUB_TOKEN",
            "ghs_123456_eyJhbGciOiJ",
            (ALNUM, 30),
            ".eyJpc3MiOiJ",
            (ALNUM, 150),
            ".",
            (ALNUM, 86),
        ),
    ),
    "GitLabTokenDetector": (
        Specimen(gitlab, "token"),
        of("CI_TOKEN", "glpat-", (URL_SAFE, 20)),
        of("token", "glrt-t1_", (URL_SAFE, 20)),
        of("token", "glcbt-64_", (URL_SAFE, 20)),
        of("token", "glptt-", (HEX, 40)),
        of("token", "glagent-", (URL_SAFE, 50)),
        of("secret", "gloas-", (HEX, 64)),
        of("token", "glimt-", (LOWER, 25)),
        of("token", "GR1348941", (URL_SAFE, 20)),
    ),
    "BitbucketDetector": (
        of("token", "ATCTT3xFfGN0", (URL_SAFE, 171), "=", ("0123456789ABCDEF", 8)),
        of("BITBUCKET_APP_PASSWORD", "ATBB", (ALNUM, 24), ("0123456789ABCDEF", 8)),
        of("BITBUCKET_CLIENT_SECRET", (ALNUM, 32)),
    ),
    "SourcegraphDetector": (
        of("SRC_ACCESS_TOKEN", "sgp_", (HEX, 16), "_", (HEX, 40)),
        of("token", "sgp_", (HEX, 40)),
    ),
    "GiteaDetector": (of("GITEA_TOKEN", (HEX, 40)),),
}
_BUILDS: dict[str, tuple[Specimen, ...]] = {
    "CircleCIDetector": (
        of("token", "CCIPAT_", (ALNUM, 22), "_", (HEX, 40)),
        of("CIRCLE_TOKEN", (HEX, 40)),
    ),
    "BuildkiteDetector": (
        of("token", "bkua_", (HEX, 40)),
        of("BUILDKITE_AGENT_TOKEN", (HEX, 50)),
    ),
    "TravisCIDetector": (of("TRAVIS_TOKEN", (URL_SAFE, 22), marks=False),),
    "DroneCIDetector": (of("DRONE_TOKEN", (ALNUM, 32)),),
    "JenkinsDetector": (of("JENKINS_API_TOKEN", "11", (HEX, 32)),),
    "TeamCityDetector": (of("token", "eyJ0eXAiOiAiVENWMiJ9.", (URL_SAFE, 36), ".", (ALNUM, 48)),),
    "HarnessDetector": (of("token", "pat.", (URL_SAFE, 22), ".", (HEX, 24), ".", (ALNUM, 20)),),
    "AppVeyorDetector": (of("APPVEYOR_TOKEN", "v2.", (LOWER, 20)),),
    "OctopusDeployDetector": (of("OCTOPUS_API_KEY", "API-", (UPPER, 26)),),
    "CodefreshDetector": (of("CODEFRESH_API_KEY", (HEX, 24), ".", (HEX, 32)),),
    "PrefectDetector": (of("PREFECT_API_KEY", "pnu_", (ALNUM, 36)),),
    "SnykDetector": (of("SNYK_TOKEN", *UUID),),
    "CodecovDetector": (of("CODECOV_TOKEN", *UUID),),
    "CoverallsDetector": (of("COVERALLS_REPO_TOKEN", (ALNUM, 33)),),
    "CodacyDetector": (of("CODACY_PROJECT_TOKEN", (HEX, 32)),),
    "CodeClimateDetector": (of("CC_TEST_REPORTER_ID", (HEX, 64)),),
}
_REGISTRIES: dict[str, tuple[Specimen, ...]] = {
    "NpmDetector": (
        Specimen(lambda rng: github(rng, "npm"), "NODE_AUTH_TOKEN"),
        of("_authToken", *UUID),
    ),
    "PypiTokenDetector": (
        of("TWINE_PASSWORD", "pypi-AgEIcHlwaS5vcmc", (URL_SAFE, 130)),
        of("password", "pypi-AgENdGVzdC5weXBpLm9yZw", (URL_SAFE, 130)),
    ),
    "CratesIoDetector": (of("CARGO_REGISTRY_TOKEN", "cio", (ALNUM, 32)), Specimen(cargo, "token")),
    "RubyGemsDetector": (of("GEM_HOST_API_KEY", "rubygems_", (HEX, 48)),),
    "NuGetDetector": (of("NUGET_API_KEY", "oy2", (LOWER, 43)),),
    "DockerHubDetector": (
        of("DOCKER_PASSWORD", "dckr_pat_", (URL_SAFE, 27)),
        of("token", "dckr_oat_", (URL_SAFE, 32)),
    ),
    "ArtifactoryDetector": (
        of("key", "AKCp", (ALNUM, 69)),
        of("token", "cmVmdGtu", (ALNUM, 56)),
        of("ARTIFACTORY_PASSWORD", "AP6", (ALNUM, 40)),
    ),
    "HexPmDetector": (of("HEX_API_KEY", (HEX, 32)),),
    "PackagistDetector": (
        of("token", "packagist_ort_", (HEX, 68)),
        of("PACKAGIST_TOKEN", (ALNUM, 20)),
    ),
    "ClojarsDetector": (of("CLOJARS_PASSWORD", "CLOJARS_", (HEX, 60)),),
    "CloudsmithDetector": (of("CLOUDSMITH_API_KEY", (HEX, 40)),),
    "OpenVsxDetector": (of("token", "ovsxat_", *UUID), of("OVSX_PAT", *UUID)),
}
_VAULTS: dict[str, tuple[Specimen, ...]] = {
    "TerraformCloudDetector": (of("TF_TOKEN", (ALNUM, 14), ".atlasv1.", (URL_SAFE, 67)),),
    "PulumiDetector": (of("PULUMI_ACCESS_TOKEN", "pul-", (HEX, 40)),),
    "DopplerDetector": (
        of("DOPPLER_TOKEN", "dp.pt.", (ALNUM, 43)),
        of("DOPPLER_TOKEN", "dp.st.prd.", (ALNUM, 43)),
    ),
    "VaultDetector": (
        of("VAULT_TOKEN", "hvs.CAESI", (URL_SAFE, 88), marks=False),
        of("VAULT_TOKEN", "s.", (ALNUM, 24)),
    ),
    "ConsulDetector": (of("CONSUL_HTTP_TOKEN", *UUID),),
    "NomadDetector": (of("NOMAD_TOKEN", *UUID),),
    "OnePasswordDetector": (
        of("OP_SERVICE_ACCOUNT_TOKEN", "ops_", _BASE64_HEAD, (BASE64, 700), "=="),
        of("key", "A3-", (UPPER, 6), "-", (UPPER, 11), "-", (UPPER, 5), "-", (UPPER, 5), "-", (UPPER, 5)),
    ),
    "AgeKeyDetector": (Specimen(age, "SOPS_AGE_KEY"),),
    "InfisicalDetector": (of("INFISICAL_TOKEN", "st.", (HEX, 24), ".", (HEX, 32), ".", (HEX, 32)),),
    "BitwardenDetector": (of("BWS_ACCESS_TOKEN", "0.", *UUID, ".", (ALNUM, 30), ":", (BASE64, 22), "=="),),
}
_CLUSTERS: dict[str, tuple[Specimen, ...]] = {
    "DockerSwarmTokenDetector": (of("SWARM_TOKEN", "SWMTKN-1-", (LOWER, 50), "-", (LOWER, 25)),),
    "KubernetesBootstrapTokenDetector": (of("KUBEADM_TOKEN", (LOWER, 6), ".", (LOWER, 16)),),
    "RancherDetector": (of("RANCHER_TOKEN", "token-", (LOWER, 5), ":", (LOWER, 54)),),
    "OpenShiftDetector": (of("OC_TOKEN", "sha256~", (URL_SAFE, 43), marks=False),),
}
SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    **_HOSTS,
    **_BUILDS,
    **_REGISTRIES,
    **_VAULTS,
    **_CLUSTERS,
}
