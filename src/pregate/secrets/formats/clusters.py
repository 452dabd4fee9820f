"""Formats of the tokens of clusters: those that let a machine join, and those that let somebody in."""

from __future__ import annotations

from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, assigned
from pregate.secrets.formats.shapes import has_digits

FORMATS: tuple[Format, ...] = (
    # https://docs.docker.com/engine/swarm/join-nodes/
    Format(
        "DockerSwarmTokenDetector",
        ("SWMTKN-1-",),
        token(r"SWMTKN-1-(?P<random>[a-z0-9]{50}-[a-z0-9]{25})", end=END),
        entropy=3.6,
    ),
    # https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
    Format(
        "KubernetesBootstrapTokenDetector",
        ("kubeadm", "bootstrap", "discovery-token", "kube_join"),
        assigned(r"[a-z0-9]{6}\.(?P<random>[a-z0-9]{16})(?!\.)", names=r"token"),
        near=("kubeadm", "bootstrap", "discovery-token", "kube_join"),
        holds=has_digits,
        entropy=2.8,
        ignores_case=True,
        next_line=True,
    ),
    # https://ranchermanager.docs.rancher.com/reference-guides/user-settings/api-keys
    Format(
        "RancherDetector",
        ("token-", "kubeconfig-"),
        token(r"(?:token-[a-z0-9]{5}|kubeconfig-[a-z0-9.\-]{4,40}):(?P<random>[a-z0-9]{54})"),
        holds=has_digits,
        entropy=3.6,
    ),
    # https://docs.redhat.com/en/documentation/openshift_container_platform
    Format(
        "OpenShiftDetector",
        ("sha256~",),
        token(r"sha256~(?P<random>[A-Za-z0-9_\-]{43})", end=END),
        entropy=3.8,
    ),
)
