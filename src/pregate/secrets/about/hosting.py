"""What keys of hosts of servers, sites and applications open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_CRITICAL, _HIGH = Severity.CRITICAL, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM

_BRIEF = "Give each use a token of its own with the least scopes and an end."

ENTRIES: dict[str, Entry] = {
    "DigitalOceanDetector": Entry(
        "DigitalOcean token",
        _CRITICAL,
        _SURE,
        "manage the team's servers, databases and domains within its scopes",
        "In the control panel under API, Tokens, generate another token, deploy it, and delete this one; an "
        "OAuth "
        "token (`doo_v1_`) is revoked at cloud.digitalocean.com/v1/oauth/revoke.",
        "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
        prefixes=("dop_v1_", "doo_v1_", "dor_v1_"),
        instead=_BRIEF,
    ),
    "HerokuDetector": Entry(
        "Heroku API key",
        _CRITICAL,
        _SURE,
        "deploy applications and read their configuration, with all secrets in it",
        "Regenerate the key in Account settings, or `heroku authorizations:revoke ID` and "
        "`heroku authorizations:create` for one that belongs to an authorization.",
        "https://devcenter.heroku.com/articles/authentication",
        prefixes=("HRKU-",),
        instead="Create an authorization with a scope and an end (`heroku authorizations:create -s "
        "write-protected "
        "-e 3600`).",
    ),
    "FlyDetector": Entry(
        "Fly.io token",
        _CRITICAL,
        _SURE,
        "deploy and administer applications of the organisation, and read their secrets",
        "`fly tokens list`, then `fly tokens revoke ID`; make another with `fly tokens create deploy`.",
        "https://fly.io/docs/security/tokens/",
        prefixes=("fm2_", "fm1r_", "fm1a_", "fo1_"),
        instead="Use a deploy token for one application with an expiry.",
    ),
    "NetlifyDetector": Entry(
        "Netlify token",
        _CRITICAL,
        _SURE,
        "deploy every site of its owner and read their environment variables",
        "Delete it under User settings, Applications, Personal access tokens, and create another with an "
        "expiry.",
        "https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/",
        prefixes=("nfp_", "nfo_", "nfc_", "nfu_", "nfb_"),
        instead="Let Netlify build from the repository, which needs no token.",
    ),
    "VercelDetector": Entry(
        "Vercel token",
        _CRITICAL,
        _SURE,
        "deploy projects and read their environment variables; one of a blob store reads and changes its "
        "files",
        "Delete it under Account settings, Tokens (`vercel tokens rm`) and create another for one project "
        "with an "
        "expiry; that of a blob store: rotate it in the store's settings.",
        "https://vercel.com/docs/cli/tokens",
        prefixes=("vercel_blob_rw_", "vcp_", "vci_", "vca_", "vcr_", "vck_"),
        instead="Deploy through the Git integration; functions reach clouds by Vercel's OIDC.",
    ),
    "RenderDetector": Entry(
        "Render API key",
        _CRITICAL,
        _SURE,
        "manage every service of the workspaces and read their environment variables",
        "Revoke it under Account settings, API keys, and create another.",
        "https://render.com/docs/api",
        prefixes=("rnd_",),
        instead="Use a deploy hook where a deployment is all that is needed, and keep that secret too.",
    ),
    "RailwayDetector": Entry(
        "Railway token",
        _CRITICAL,
        _LIKELY,
        "deploy to the project or the workspace and read its variables",
        "Delete it under Account settings, Tokens, or the project's Settings, Tokens, and create another.",
        "https://docs.railway.com/",
        instead="Use a project token, which opens one environment only.",
    ),
    "CloudflareDetector": Entry(
        "Cloudflare API credential",
        _CRITICAL,
        _SURE,
        "change domains, rules and workers; the global key can do all that its user can",
        "Roll or delete the token at dash.cloudflare.com/profile/api-tokens; the global key and the origin "
        "CA key "
        "are changed on the same page.",
        "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/",
        prefixes=("cfut_", "cfat_", "cfk_", "v1.0-"),
        instead="Never use the global key: make account tokens with few permissions, filtered by address, "
        "that "
        "expire.",
    ),
    "FastlyDetector": Entry(
        "Fastly API token",
        _HIGH,
        _LIKELY,
        "purge and change services of the account within the token's scope",
        "Delete it under Account, API tokens, or with `DELETE /tokens/ID`, and create another for one "
        "service.",
        "https://www.fastly.com/documentation/guides/account-info/user-access-and-control/using-api-tokens/",
        instead=_BRIEF,
    ),
    "LinodeDetector": Entry(
        "Linode token",
        _CRITICAL,
        _LIKELY,
        "manage servers, storage and domains of the account within its scopes",
        "Revoke it in the Cloud Manager under API Tokens and create another.",
        "https://techdocs.akamai.com/linode-api/",
        instead=_BRIEF,
    ),
    "VultrDetector": Entry(
        "Vultr API key",
        _CRITICAL,
        _LIKELY,
        "manage every server of the account from the addresses allowed",
        "Regenerate it under Account, API, and restrict it to the addresses that use it.",
        "https://docs.vultr.com/",
        instead="Make a sub-user with few permissions and give it the key.",
    ),
    "HetznerDetector": Entry(
        "Hetzner Cloud token",
        _CRITICAL,
        _LIKELY,
        "manage all servers and volumes of the project",
        "Delete it in the Cloud Console under Security, API tokens of the project, and create another.",
        "https://docs.hetzner.cloud/",
        instead="Give each use a project and a token of its own, read-only where that is enough.",
    ),
    "ScalewayDetector": Entry(
        "Scaleway secret key",
        _CRITICAL,
        _SURE,
        "act as the user or the application in the organisation",
        "Delete the API key in the console under IAM, API keys (`scw iam api-key delete ACCESS_KEY`), and "
        "create "
        "another.",
        "https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/",
        instead="Give an IAM application the key, with a narrow policy and an expiry.",
    ),
    "OvhDetector": Entry(
        "OVHcloud API secret",
        _CRITICAL,
        _LIKELY,
        "act for the account, together with the application key, as its rules allow",
        "Delete the application's credential (`DELETE /me/api/credential/ID`, or the console under API "
        "keys), and "
        "make another with narrow rules.",
        "https://help.ovhcloud.com/",
        instead="Use a service account with OAuth2 and IAM policies.",
    ),
    "DenoDeployDetector": Entry(
        "Deno Deploy token",
        _CRITICAL,
        _SURE,
        "deploy every project of its owner",
        "Revoke it in the account settings under Access tokens, and create another.",
        "https://docs.deno.com/deploy/",
        prefixes=("ddp_", "ddo_"),
        instead="Deploy from GitHub Actions, which logs in by OIDC.",
    ),
    "ScalingoDetector": Entry(
        "Scalingo API token",
        _CRITICAL,
        _SURE,
        "deploy applications and read their configuration",
        "Revoke it in the dashboard under Account, Tokens, and create another.",
        "https://developers.scalingo.com/",
        prefixes=("tk-us-",),
        instead="Deploy through the integration with the code host.",
    ),
}
