"""Formats of the keys of hosted databases and streams."""

from __future__ import annotations

from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, UUID, named
from pregate.secrets.formats.shapes import is_mixed, is_varied

_NO_BASE64 = r"(?![A-Za-z0-9+/=])"

FORMATS: tuple[Format, ...] = (
    # https://planetscale.com/docs/api/reference/service-tokens
    Format(
        "PlanetScaleDetector",
        ("pscale_pw_", "pscale_tkn_", "pscale_oauth_"),
        token(r"pscale_(?:pw|tkn|oauth)_(?P<random>[A-Za-z0-9_\-.=]{32,64})", end=r"(?![A-Za-z0-9_])"),
        entropy=3.6,
    ),
    # https://supabase.com/docs/guides/api/api-keys
    Format(
        "SupabaseDetector",
        ("sb_secret_",),
        token(r"sb_secret_(?P<random>[A-Za-z0-9_\-]{31})", end=END),
        entropy=3.6,
    ),
    Format(
        "SupabaseDetector",
        ("sbp_",),
        token(r"sbp_(?:oauth_)?(?P<random>[a-f0-9]{40})"),
        entropy=3.2,
    ),
    # https://neon.com/docs/manage/api-keys
    Format("NeonDetector", ("napi_",), token(r"napi_(?P<random>[a-z0-9]{64})"), entropy=3.6),
    Format(
        "NeonDetector",
        ("npg_",),
        token(r"npg_(?P<random>[A-Za-z0-9]{12})"),
        holds=lambda value: is_varied(value[4:]),
        entropy=2.8,
    ),
    # https://upstash.com/docs/redis/features/restapi
    *named(
        "UpstashDetector",
        ("upstash", "qstash"),
        r"[A-Za-z0-9+/_\-]{36,120}={0,2}",
        names=r"(?:token|password|api[_\-]?key)",
        apart=False,
        holds=is_mixed,
        entropy=3.8,
    ),
    # https://www.mongodb.com/docs/atlas/configure-api-access/
    Format(
        "MongoDBAtlasDetector",
        ("mdb_sa_sk_",),
        token(r"mdb_sa_sk_(?P<random>[A-Za-z0-9_\-]{40})", end=END),
        entropy=3.8,
    ),
    *named(
        "MongoDBAtlasDetector",
        ("atlas", "mongodb_atlas", "mcli_"),
        UUID,
        names=r"private[_\-]?(?:api[_\-]?)?key",
    ),
    # https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/
    *named(
        "ConfluentDetector",
        ("confluent", "schema_registry", "ccloud"),
        r"(?:cflt[A-Za-z0-9+/]{60}|[A-Za-z0-9+/]{64})",
        end=_NO_BASE64,
        names=r"(?:secret|password|token|key)",
        apart=False,
        holds=is_mixed,
        entropy=4.2,
    ),
    # https://aiven.io/docs/platform
    Format("AivenDetector", ("AVNS_",), token(r"AVNS_(?P<random>[A-Za-z0-9_\-]{19})", end=END), entropy=3.0),
    # https://www.cockroachlabs.com/docs/cockroachcloud/managing-access
    Format(
        "CockroachCloudDetector",
        ("CCDB1_",),
        token(r"CCDB1_(?P<random>[A-Za-z0-9]{22}_[A-Za-z0-9]{40})"),
        entropy=3.8,
    ),
    # https://docs.datastax.com/en/astra-db-serverless/administration/manage-application-tokens.html
    Format(
        "AstraDBDetector",
        ("AstraCS:",),
        token(r"AstraCS:(?P<random>[A-Za-z]{24}:[A-Za-z0-9]{64})"),
        entropy=3.8,
    ),
    # https://xata.io/docs
    Format(
        "XataDetector",
        ("xau_", "xao_"),
        token(r"xa[uo]_(?P<random>[A-Za-z0-9]{27,36})"),
        holds=is_mixed,
        entropy=3.4,
    ),
    # https://docs.convex.dev/cli/deploy-key-types
    Format(
        "ConvexDetector",
        ("|eyJ2Mi",),
        token(
            r"(?:prod|dev|preview|project):[a-z0-9:_\-]{4,80}\|(?P<random>eyJ2Mi[A-Za-z0-9+/_\-]{30,300}={0,2})",
            end=_NO_BASE64,
        ),
        entropy=3.6,
    ),
)
