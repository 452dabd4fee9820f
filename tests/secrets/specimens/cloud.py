"""Made-up tokens of cloud services."""

from __future__ import annotations

from .model import ALNUM, HEX, Specimen
from .pieces import BASE32, BASE64, LOWER, UPPER, URL_SAFE, UUID, of

_AWS: dict[str, tuple[Specimen, ...]] = {
    "AWSKeyDetector": (
        of("AWS_ACCESS_KEY_ID", "AKIA", (BASE32, 16)),
        of("key", "ASIA", (BASE32, 16)),
        of("AWS_SECRET_ACCESS_KEY", (BASE64, 40)),
        of("awsSecretKey", (BASE64, 40)),
        of("s3_secret_key", (BASE64, 40)),
        of("secret_access_key", (BASE64, 40)),
    ),
    "AWSSessionTokenDetector": (
        of("AWS_SESSION_TOKEN", "IQoJb3JpZ2lu", (BASE64, 600), "=="),
        of("token", "FwoGZXIvYXdz", (BASE64, 300)),
    ),
    "AWSBedrockKeyDetector": (
        of("AWS_BEARER_TOKEN_BEDROCK", "ABSKQmVkcm9ja0FQSUtleS", (BASE64, 109), "="),
        of("bearer", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t", (BASE64, 500)),
    ),
}
_AWS |= {
    "AWSAppSyncKeyDetector": (of("x-api-key", "da2-", (LOWER, 26)),),
    "AWSSesPasswordDetector": (of("SES_SMTP_PASSWORD", "B", (BASE64, 43)),),
    "AmazonOAuthSecretDetector": (of("client_secret", "amzn1.oa2-cs.v1.", (HEX, 64)),),
    "AmazonMWSDetector": (of("MWS_AUTH_TOKEN", "amzn.mws.", *UUID),),
}
_GOOGLE: dict[str, tuple[Specimen, ...]] = {
    "GCPServiceAccountDetector": (
        of(
            "GCP_SERVICE_ACCOUNT",
            "-----BEGIN " + "PRIVATE KEY-----\\nMIIEvQIBADANBg",
            (BASE64, 50),
            "\\n",
            (BASE64, 64),
            "\\n",
            (BASE64, 40),
            "==\\n-----END " + "PRIVATE KEY-----\\n",
        ),
    ),
    "GoogleApiKeyDetector": (of("GOOGLE_API_KEY", "AIzaSy", (URL_SAFE, 33)),),
    "GoogleOAuthSecretDetector": (
        of("client_secret", "GOCSPX-", (URL_SAFE, 28)),
        of("GOOGLE_CLIENT_SECRET", (URL_SAFE, 24), marks=False),
    ),
    "GoogleOAuthTokenDetector": (
        of("access_token", "ya29.a0A", (URL_SAFE, 160), marks=False),
        of("refresh_token", "1//0", (URL_SAFE, 99), marks=False),
    ),
    "FirebaseServerKeyDetector": (of("FCM_KEY", "AAAA", (URL_SAFE, 7), ":APA91b", (URL_SAFE, 134)),),
    "GCPStorageKeyDetector": (of("GCS_HMAC_SECRET", (BASE64, 40), marks=False),),
}
_AZURE: dict[str, tuple[Specimen, ...]] = {
    "AzureClientSecretDetector": (
        of("AZURE_CLIENT_SECRET", (ALNUM, 3), "8Q~", (URL_SAFE + "~.", 34), marks=False),
        of("secret", (ALNUM, 3), "7Q~", (URL_SAFE + "~.", 31), marks=False),
    ),
    "AzureStorageKeyDetector": (
        of("AccountKey", (BASE64, 86), "=="),
        of("AZURE_STORAGE_KEY", (BASE64, 86), "=="),
        of("value", (BASE64, 76), "+ASt", (BASE64, 5), "A=="),
    ),
    "AzureCosmosKeyDetector": (
        of("COSMOS_KEY", (BASE64, 86), "=="),
        of("value", (BASE64, 76), "ACDb", (BASE64, 5), "Q=="),
    ),
    "AzureSasTokenDetector": (
        of(
            "sas",
            "sv=2023-11-03&ss=b&srt=co&sp=rl&se=2031-01-01T00%3A00%3A00Z&spr=https&sig=",
            (ALNUM, 40),
            "%2B",
            (ALNUM, 2),
            "%3D",
        ),
    ),
    "AzureServiceBusKeyDetector": (
        of("SharedAccessKey", (BASE64, 43), "="),
        of("EVENTHUB_KEY", (BASE64, 43), "="),
    ),
    "AzureAIKeyDetector": (
        of("key", (ALNUM, 52), "JQQJ99BBACYeBjFXJ3w3AAAAACOG", (ALNUM, 4)),
        of("AZURE_OPENAI_API_KEY", (HEX, 32)),
        of("Ocp-Apim-Subscription-Key", (HEX, 32)),
    ),
    "AzureSearchKeyDetector": (of("key", (ALNUM, 42), "AzSeB", (ALNUM, 5)),),
    "AzureAppConfigurationKeyDetector": (of("AZCONFIG_SECRET", (BASE64, 43), "="),),
    "AzureSignalRKeyDetector": (of("SIGNALR_ACCESS_KEY", (BASE64, 43), "="),),
    "AzureFunctionKeyDetector": (of("code", (ALNUM, 44), "AzFu", (ALNUM, 5), "w=="),),
    "AzureContainerRegistryKeyDetector": (of("password", (ALNUM, 42), "+ACRB", (ALNUM, 5)),),
    "AzureRedisKeyDetector": (of("password", (ALNUM, 33), "AzCaD", (ALNUM, 5), "="),),
    "AzureDevOpsTokenDetector": (
        of("pat", (ALNUM, 52), "JQQJ99BBACAAAAAAAAAAAAAS", "AZDO", (ALNUM, 4)),
        of("AZURE_DEVOPS_PAT", ("abcdefghijklmnopqrstuvwxyz234567", 52)),
    ),
}
_HOSTS: dict[str, tuple[Specimen, ...]] = {
    "DigitalOceanDetector": (
        of("DIGITALOCEAN_TOKEN", "dop_v1_", (HEX, 64)),
        of("token", "dor_v1_", (HEX, 64)),
    ),
    "HerokuDetector": (
        of("HEROKU_API_KEY", "HRKU-AA", (URL_SAFE, 58)),
        of("HEROKU_API_KEY", *UUID),
        of("herokuToken", *UUID),
    ),
    "FlyDetector": (
        of("FLY_API_TOKEN", "fm2_", (BASE64, 300), "==,fm2_", (BASE64, 120)),
        of("token", "fo1_", (URL_SAFE, 43)),
    ),
    "NetlifyDetector": (
        of("token", "nfp_", (ALNUM, 36)),
        of("NETLIFY_AUTH_TOKEN", (URL_SAFE, 43), marks=False),
    ),
    "VercelDetector": (
        of("BLOB_READ_WRITE_TOKEN", "vercel_blob_rw_", (ALNUM, 16), "_", (ALNUM, 30)),
        of("token", "vcp_", (ALNUM, 56)),
        of("VERCEL_TOKEN", (ALNUM, 24)),
    ),
    "RenderDetector": (of("RENDER_API_KEY", "rnd_", (ALNUM, 28)),),
    "RailwayDetector": (of("RAILWAY_TOKEN", *UUID),),
    "CloudflareDetector": (
        of("token", "cfut_", (ALNUM, 48)),
        of("token", "v1.0-", (HEX, 24), "-", (HEX, 146)),
        of("CLOUDFLARE_API_KEY", (HEX, 37)),
        of("CF_API_TOKEN", (URL_SAFE, 40), marks=False),
    ),
    "FastlyDetector": (of("FASTLY_API_TOKEN", (URL_SAFE, 32), marks=False),),
    "LinodeDetector": (of("LINODE_TOKEN", (HEX, 64)),),
    "VultrDetector": (of("VULTR_API_KEY", (UPPER, 36)),),
    "HetznerDetector": (of("HCLOUD_TOKEN", (ALNUM, 64)),),
    "ScalewayDetector": (of("SCW_SECRET_KEY", *UUID),),
    "OvhDetector": (
        of("OVH_APPLICATION_SECRET", (ALNUM, 32)),
        of("OVH_CONSUMER_KEY", (ALNUM, 32)),
    ),
    "ScalingoDetector": (of("SCALINGO_API_TOKEN", "tk-us-", (URL_SAFE, 48), marks=False),),
    "DenoDeployDetector": (of("token", "ddp_", (ALNUM, 36)),),
}
_FURTHER: dict[str, tuple[Specimen, ...]] = {
    "AlibabaDetector": (
        of("access_key_id", "LTAI5t", (ALNUM, 18)),
        of("ALIBABA_CLOUD_ACCESS_KEY_SECRET", (ALNUM, 30)),
        of("accessKeySecret", (ALNUM, 30)),
    ),
    "TencentDetector": (
        of("secret_id", "AKID", (ALNUM, 32)),
        of("TENCENTCLOUD_SECRET_KEY", (ALNUM, 32)),
    ),
    "IbmCloudIamDetector": (of("IBM_CLOUD_API_KEY", (URL_SAFE, 44), marks=False),),
    "IbmCosHmacDetector": (of("COS_HMAC_SECRET_ACCESS_KEY", (HEX, 48)), of("secret_access_key", (HEX, 48))),
    "SoftlayerDetector": (of("SOFTLAYER_API_KEY", (LOWER, 64)),),
    "CloudantDetector": (
        of("CLOUDANT_PASSWORD", (HEX, 64)),
        of("cloudant_apikey", ("abcdefghijklmnopqrstuvwxyz", 24)),
    ),
    "YandexDetector": (
        of("key", "AQVN", (URL_SAFE, 36), marks=False),
        of("token", "t1.9eu", (URL_SAFE, 80), "A.", (URL_SAFE, 86), marks=False),
        of("token", "y0_AgAAAA", (URL_SAFE, 49), marks=False),
        of("YC_SECRET_KEY", "YC", (URL_SAFE, 38), marks=False),
    ),
    "AkamaiDetector": (
        of("akamai_client_secret", (BASE64, 43), "="),
        of("client_token", "akab-", (LOWER, 16), "-", (LOWER, 16)),
    ),
    "BackblazeDetector": (of("B2_APPLICATION_KEY", "K001", (BASE64, 27)),),
    "PlanetScaleDetector": (
        of("password", "pscale_pw_", (URL_SAFE, 43), marks=False),
        of("token", "pscale_tkn_", (URL_SAFE, 43), marks=False),
    ),
    "SupabaseDetector": (
        of("key", "sb_secret_", (URL_SAFE, 22), "_", (URL_SAFE, 8)),
        of("SUPABASE_ACCESS_TOKEN", "sbp_", (HEX, 40)),
    ),
    "NeonDetector": (of("NEON_API_KEY", "napi_", (LOWER, 64)), of("PGPASSWORD", "npg_", (ALNUM, 12))),
    "UpstashDetector": (of("UPSTASH_REDIS_REST_TOKEN", "AX", (ALNUM, 56), "=="),),
    "MongoDBAtlasDetector": (
        of("secret", "mdb_sa_sk_", (URL_SAFE, 40)),
        of("MONGODB_ATLAS_PRIVATE_KEY", *UUID),
    ),
    "ConfluentDetector": (
        of("CONFLUENT_CLOUD_API_SECRET", (BASE64, 64)),
        of("CONFLUENT_API_SECRET", "cflt", (BASE64, 60)),
    ),
    "AivenDetector": (of("password", "AVNS_", (URL_SAFE, 19)),),
    "CockroachCloudDetector": (of("COCKROACH_API_KEY", "CCDB1_", (ALNUM, 22), "_", (ALNUM, 40)),),
    "XataDetector": (of("XATA_API_KEY", "xau_", (ALNUM, 32)),),
    "ConvexDetector": (of("CONVEX_DEPLOY_KEY", "prod:quick-otter-123|eyJ2MiI6Ij", (BASE64, 60)),),
    "AstraDBDetector": (
        of("ASTRA_DB_APPLICATION_TOKEN", "AstraCS:", ("abcdefghijABCDEFGHIJ", 24), ":", (HEX, 64)),
    ),
}
SPECIMENS: dict[str, tuple[Specimen, ...]] = {**_AWS, **_GOOGLE, **_AZURE, **_HOSTS, **_FURTHER}
