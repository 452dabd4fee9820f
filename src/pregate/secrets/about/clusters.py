"""What tokens of clusters open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _SURE = Severity.CRITICAL, Confidence.HIGH

ENTRIES: dict[str, Entry] = {
    "DockerSwarmTokenDetector": Entry(
        "Docker Swarm join token",
        _CRITICAL,
        _SURE,
        "join the swarm as a worker or a manager where its manager can be reached",
        "`docker swarm join-token --rotate worker`, and the same with `manager`.",
        "https://docs.docker.com/reference/cli/docker/swarm/join-token/",
        prefixes=("SWMTKN-1-",),
        instead="Ask the manager for it when a machine joins, and rotate it afterwards.",
    ),
    "KubernetesBootstrapTokenDetector": Entry(
        "Kubernetes bootstrap token",
        _CRITICAL,
        _SURE,
        "join a machine to the cluster until the token expires",
        "`kubeadm token delete ID`, look at the nodes, and make another with `kubeadm token create --ttl "
        "1h`.",
        "https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/",
        instead="Make one when a machine joins, for as long as that takes.",
    ),
    "RancherDetector": Entry(
        "Rancher API key",
        _CRITICAL,
        _SURE,
        "administer the clusters that its user may",
        "Delete it under Account & API Keys, and create another with a scope and an expiry.",
        "https://ranchermanager.docs.rancher.com/reference-guides/user-settings/api-keys",
        instead="Use service accounts of the cluster itself.",
    ),
    "OpenShiftDetector": Entry(
        "OpenShift access token",
        _CRITICAL,
        _SURE,
        "act as its user in the cluster until it expires",
        "`oc logout` with the token, or `oc delete oauthaccesstoken NAME`.",
        "https://docs.redhat.com/en/documentation/openshift_container_platform",
        prefixes=("sha256~",),
        instead="In builds use a service account's bound token, which lives for an hour.",
    ),
}
