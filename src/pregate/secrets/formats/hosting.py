"""Formats of the keys of hosts of servers, sites and applications."""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, UUID, named
from pregate.secrets.formats.shapes import has_digits, is_mixed

_WORD = r"(?<![A-Za-z])"
_HEX_64 = r"[0-9a-f]{64}"

FORMATS: tuple[Format, ...] = (
    # https://docs.digitalocean.com/reference/api/create-personal-access-token/
    Format(
        "DigitalOceanDetector",
        ("dop_v1_", "doo_v1_", "dor_v1_"),
        token(r"do[opr]_v1_(?P<random>[a-f0-9]{64})"),
        entropy=3.2,
    ),
    # https://devcenter.heroku.com/articles/authentication
    Format(
        "HerokuDetector",
        ("HRKU-",),
        token(rf"HRKU-(?P<random>AA[A-Za-z0-9_\-]{{58}}|{UUID})", end=END),
        entropy=3.0,
    ),
    *named("HerokuDetector", ("heroku",), UUID),
    # https://fly.io/docs/security/tokens/
    Format(
        "FlyDetector",
        ("fm2_", "fm1r_", "fm1a_"),
        token(
            r"fm(?:2|1r|1a)_(?P<random>[A-Za-z0-9+/]{60})[A-Za-z0-9+/]{20,1400}={0,3}"
            r"(?:,fm(?:2|1r|1a)_[A-Za-z0-9+/]{60,1400}={0,3}){0,4}",
            end=r"(?![A-Za-z0-9+/=])",
        ),
        entropy=4.0,
    ),
    Format("FlyDetector", ("fo1_",), token(r"fo1_(?P<random>[A-Za-z0-9_\-]{43})", end=END), entropy=3.8),
    # https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/
    Format(
        "NetlifyDetector",
        ("nfp_", "nfo_", "nfc_", "nfu_", "nfb_"),
        token(r"nf[pocub]_(?P<random>[A-Za-z0-9]{36})"),
        entropy=3.5,
    ),
    *named(
        "NetlifyDetector", ("netlify",), r"[A-Za-z0-9_\-]{43,46}", apart=False, holds=is_mixed, entropy=4.0
    ),
    # https://vercel.com/docs/vercel-blob/using-blob-sdk
    Format(
        "VercelDetector",
        ("vercel_blob_rw_",),
        token(r"vercel_blob_rw_(?P<random>[A-Za-z0-9]{12,24}_[A-Za-z0-9]{24,48})"),
        entropy=3.5,
    ),
    Format(
        "VercelDetector",
        ("vcp_", "vci_", "vca_", "vcr_", "vck_"),
        token(r"vc[piark]_(?P<random>[A-Za-z0-9]{40,80})"),
        holds=is_mixed,
        entropy=3.8,
    ),
    *named("VercelDetector", ("vercel",), r"[A-Za-z0-9]{24}", apart=False, holds=is_mixed, entropy=3.6),
    # https://render.com/docs/api
    Format(
        "RenderDetector", ("rnd_",), token(r"rnd_(?P<random>[A-Za-z0-9]{24,48})"), holds=is_mixed, entropy=3.6
    ),
    # https://docs.railway.com/
    *named("RailwayDetector", ("railway",), UUID),
    # https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
    Format(
        "CloudflareDetector",
        ("cfut_", "cfat_", "cfk_"),
        token(r"cf(?:ut|at|k)_(?P<random>[A-Za-z0-9]{44,56})"),
        holds=has_digits,
        entropy=3.8,
    ),
    Format(
        "CloudflareDetector",
        ("v1.0-",),
        token(r"v1\.0-(?P<random>[a-f0-9]{24}-[a-f0-9]{146})"),
        entropy=3.2,
    ),
    *named(
        "CloudflareDetector",
        ("cloudflare", "cf_", "x-auth-key"),
        r"[0-9a-f]{37}",
        service=rf"cloudflare|{_WORD}cf_|x-auth-",
        holds=has_digits,
    ),
    *named(
        "CloudflareDetector",
        ("cloudflare", "cf_"),
        r"[A-Za-z0-9_\-]{40}",
        service=rf"cloudflare|{_WORD}cf_",
        names=r"(?:api[_\-]?token|token)",
        holds=is_mixed,
        entropy=4.0,
    ),
    # https://www.fastly.com/documentation/guides/account-info/user-access-and-control/using-api-tokens/
    *named("FastlyDetector", ("fastly",), r"[A-Za-z0-9_\-]{32}", apart=False, holds=is_mixed, entropy=3.8),
    # https://www.linode.com/docs/products/tools/api/
    *named("LinodeDetector", ("linode",), _HEX_64, holds=has_digits),
    # https://docs.vultr.com/
    *named("VultrDetector", ("vultr",), r"[A-Z0-9]{36}", holds=has_digits, entropy=3.6),
    # https://docs.hetzner.cloud/
    *named("HetznerDetector", ("hetzner", "hcloud"), r"[A-Za-z0-9]{64}", holds=is_mixed, entropy=4.0),
    # https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/
    *named(
        "ScalewayDetector",
        ("scw_", "scaleway", "scw"),
        UUID,
        service=rf"{_WORD}scw|scaleway",
        names=r"(?:secret[_\-]?key|api[_\-]?token|token|secret)",
        apart=False,
    ),
    # https://help.ovhcloud.com/
    *named(
        "OvhDetector",
        ("ovh",),
        r"[A-Za-z0-9]{32}",
        service=rf"{_WORD}ovh",
        names=r"(?:secret|consumer[_\-]?key)",
        apart=False,
        holds=is_mixed,
        entropy=3.6,
    ),
    Format(
        "OvhDetector",
        ("application_secret", "consumer_key"),
        r"(?:application_secret|consumer_key)\s{0,4}=\s{0,4}(?P<value>(?-i:[A-Za-z0-9]{32}))(?![A-Za-z0-9_])",
        near=("application_", "ovh"),
        holds=is_mixed,
        entropy=3.6,
        confidence=Confidence.MEDIUM,
        ignores_case=True,
    ),
    # https://docs.deno.com/deploy/
    Format(
        "DenoDeployDetector",
        ("ddp_", "ddo_"),
        token(r"dd[po]_(?P<random>[A-Za-z0-9]{36})"),
        holds=is_mixed,
        entropy=3.6,
    ),
    # https://developers.scalingo.com/tokens
    Format(
        "ScalingoDetector", ("tk-us-",), token(r"tk-us-(?P<random>[A-Za-z0-9_\-]{48})", end=END), entropy=3.8
    ),
)
