"""The tables that bench/secrets/kinds.py reads."""

from __future__ import annotations

_CLOUD = """
aws access key id | AWS_ACCESS_KEY_ID | AKIA{b32:16}
aws temporary access key id | AWS_ACCESS_KEY_ID | ASIA{b32:16}
*aws secret access key | AWS_SECRET_ACCESS_KEY | {b64:40}
*aws session token | AWS_SESSION_TOKEN | IQoJb3JpZ2luX2Vj{b64:300}==
aws bedrock key | AWS_BEARER_TOKEN_BEDROCK | ABSK{b64:126}==
gcp api key | GOOGLE_API_KEY | AIzaSy{url:33}
google oauth secret | GOOGLE_CLIENT_SECRET | GOCSPX-{url:28}
google oauth access token | GOOGLE_ACCESS_TOKEN | ya29.a0{url:160}
google refresh token | GOOGLE_REFRESH_TOKEN | 1//0{dig:1}{url:80}
azure client secret | AZURE_CLIENT_SECRET | {an:3}8Q~{url:34}
azure storage key | AZURE_STORAGE_CONNECTION_STRING | DefaultEndpointsProtocol=https;AccountName={word_}store;AccountKey={b64:86}==;EndpointSuffix=core.windows.net
azure service bus key | SERVICEBUS_CONNECTION_STRING | Endpoint=sb://{word_}.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey={b64:43}=
azure cosmos key | COSMOS_CONNECTION_STRING | AccountEndpoint=https://{word_}.documents.azure.com:443/;AccountKey={b64:86}==;
azure sas url | BLOB_SAS_URL | https://{word_}.blob.core.windows.net/backup?sv=2022-11-02&ss=b&srt=sco&sp=rl&se=2027-01-01T00:00:00Z&sig={an:43}%3D
digitalocean personal token | DIGITALOCEAN_TOKEN | dop_v1_{hex:64}
digitalocean oauth token | DIGITALOCEAN_ACCESS_TOKEN | doo_v1_{hex:64}
digitalocean spaces key | SPACES_ACCESS_KEY_ID | DO00{up:16}
alibaba access key id | ALIBABA_CLOUD_ACCESS_KEY_ID | LTAI5t{an:18}
*alibaba secret key | ALIBABA_CLOUD_ACCESS_KEY_SECRET | {an:30}
tencent secret id | TENCENTCLOUD_SECRET_ID | AKID{an:32}
*heroku api key | HEROKU_API_KEY | {uuid}
heroku platform key | HEROKU_API_KEY | HRKU-AA{url:58}
fly.io token | FLY_API_TOKEN | fm2_{b64:180}
fly.io personal token | FLY_ACCESS_TOKEN | fo1_{url:43}
netlify token | NETLIFY_AUTH_TOKEN | nfp_{an:36}
*vercel token | VERCEL_TOKEN | {an:24}
vercel blob token | BLOB_READ_WRITE_TOKEN | vercel_blob_rw_{an:16}_{an:30}
*cloudflare api token | CLOUDFLARE_API_TOKEN | {url:40}
*cloudflare global key | CLOUDFLARE_API_KEY | {hex:37}
cloudflare origin ca key | CLOUDFLARE_ORIGIN_CA_KEY | v1.0-{hex:24}-{hex:146}
planetscale password | DATABASE_PASSWORD | pscale_pw_{url:43}
planetscale token | PLANETSCALE_SERVICE_TOKEN | pscale_tkn_{url:43}
supabase personal token | SUPABASE_ACCESS_TOKEN | sbp_{hex:40}
supabase secret key | SUPABASE_SECRET_KEY | sb_secret_{url:31}
yandex api key | YANDEX_API_KEY | AQVN{url:35}
scalingo token | SCALINGO_API_TOKEN | tk-us-{url:48}
*linode token | LINODE_TOKEN | {hex:64}
*hetzner token | HCLOUD_TOKEN | {an:64}
"""
_CODE = """
github classic token | GITHUB_TOKEN | ghp_{an:30}{crc}
github oauth token | GITHUB_OAUTH_TOKEN | gho_{an:30}{crc}
github user token | GH_USER_TOKEN | ghu_{an:30}{crc}
github server token | GITHUB_TOKEN | ghs_{an:30}{crc}
github refresh token | GITHUB_REFRESH_TOKEN | ghr_{an:70}{crc}
github fine-grained token | GH_PAT | github_pat_11{up:9}0{an:10}_{an:59}
gitlab personal token | GITLAB_TOKEN | glpat-{url:20}
gitlab routable token | GITLAB_TOKEN | glpat-{routable}
gitlab deploy token | GITLAB_DEPLOY_TOKEN | gldt-{url:20}
gitlab runner token | RUNNER_TOKEN | glrt-{url:20}
gitlab runner registration token | REGISTRATION_TOKEN | GR1348941{url:20}
gitlab trigger token | TRIGGER_TOKEN | glptt-{hex:40}
gitlab job token | CI_JOB_TOKEN | glcbt-{low:2}_{url:20}
gitlab oauth secret | GITLAB_OAUTH_SECRET | gloas-{hex:64}
gitlab scim token | GITLAB_SCIM_TOKEN | glsoat-{url:20}
gitlab agent token | GITLAB_AGENT_TOKEN | glagent-{url:50}
gitlab feed token | GITLAB_FEED_TOKEN | glft-{url:20}
bitbucket repository token | BITBUCKET_TOKEN | ATCTT3xFfGN0{url:160}={HEX:8}
bitbucket app password | BITBUCKET_APP_PASSWORD | ATBB{an:24}{HEX:8}
azure devops token | AZURE_DEVOPS_PAT | {an:76}AZDO{an:4}
circleci token | CIRCLECI_TOKEN | CCIPAT_{an:22}_{hex:40}
buildkite agent token | BUILDKITE_AGENT_TOKEN | bkua_{hex:40}
npm token | NPM_TOKEN | npm_{an:30}{crc}
pypi token | TWINE_PASSWORD | pypi-{macaroon}
crates.io token | CARGO_REGISTRY_TOKEN | cio{an:32}
rubygems key | GEM_HOST_API_KEY | rubygems_{hex:48}
nuget key | NUGET_API_KEY | oy2{low:43}
docker hub token | DOCKERHUB_TOKEN | dckr_pat_{url:27}
artifactory api key | ARTIFACTORY_API_KEY | AKCp8{an:68}
artifactory reference token | JFROG_TOKEN | cmVmdGtuOjAxOj{an:50}
terraform cloud token | TFE_TOKEN | {an:14}.atlasv1.{an:67}
pulumi token | PULUMI_ACCESS_TOKEN | pul-{hex:40}
doppler token | DOPPLER_TOKEN | dp.pt.{an:43}
doppler service token | DOPPLER_TOKEN | dp.st.prd.{an:43}
vault service token | VAULT_TOKEN | hvs.CAESI{url:90}
vault batch token | VAULT_TOKEN | hvb.AAAAAQ{url:140}
1password service account | OP_SERVICE_ACCOUNT_TOKEN | ops_{ops}
1password secret key | OP_SECRET_KEY | A3-{up:6}-{up:6}-{up:5}-{up:5}-{up:5}-{up:5}
age key | SOPS_AGE_KEY | AGE-SECRET-KEY-1{bech:58}
clojars token | CLOJARS_TOKEN | CLOJARS_{hex:60}
octopus deploy key | OCTOPUS_API_KEY | API-{up:26}
harness token | HARNESS_API_KEY | pat.{url:22}.{hex:24}.{an:20}
sourcegraph token | SRC_ACCESS_TOKEN | sgp_{hex:16}_{hex:40}
openshift token | OPENSHIFT_TOKEN | sha256~{url:43}
*travis token | TRAVIS_TOKEN | {an:22}
*snyk token | SNYK_TOKEN | {uuid}
sonarqube token | SONAR_TOKEN | squ_{hex:40}
sonarqube project token | SONAR_TOKEN | sqp_{hex:40}
*codecov token | CODECOV_TOKEN | {uuid}
infracost key | INFRACOST_API_KEY | ico-{an:32}
"""
_AI = """
openai key | OPENAI_API_KEY | sk-{an:20}T3BlbkFJ{an:20}
openai project key | OPENAI_API_KEY | sk-proj-{url:74}T3BlbkFJ{url:74}
openai service key | OPENAI_API_KEY | sk-svcacct-{url:74}T3BlbkFJ{url:74}
anthropic key | ANTHROPIC_API_KEY | sk-ant-api03-{url:93}AA
anthropic admin key | ANTHROPIC_ADMIN_KEY | sk-ant-admin01-{url:93}AA
hugging face token | HF_TOKEN | hf_{let:34}
hugging face organisation token | HF_ORG_TOKEN | api_org_{let:34}
groq key | GROQ_API_KEY | gsk_{an:52}
xai key | XAI_API_KEY | xai-{an:80}
perplexity key | PERPLEXITY_API_KEY | pplx-{an:48}
replicate token | REPLICATE_API_TOKEN | r8_{an:37}
pinecone key | PINECONE_API_KEY | pcsk_{an:6}_{an:63}
langsmith key | LANGSMITH_API_KEY | lsv2_pt_{hex:32}_{hex:10}
*cohere key | COHERE_API_KEY | {an:40}
*mistral key | MISTRAL_API_KEY | {an:32}
openrouter key | OPENROUTER_API_KEY | sk-or-v1-{hex:64}
*deepseek key | DEEPSEEK_API_KEY | sk-{hex:32}
nvidia key | NVIDIA_API_KEY | nvapi-{url:64}
tavily key | TAVILY_API_KEY | tvly-{an:32}
*weights and biases key | WANDB_API_KEY | {hex:40}
fireworks key | FIREWORKS_API_KEY | fw_{an:22}
"""
_MESSAGING = """
slack bot token | SLACK_BOT_TOKEN | xoxb-2{dig:11}-{dig:13}-{an:24}
slack user token | SLACK_USER_TOKEN | xoxp-2{dig:11}-{dig:12}-{dig:13}-{hex:32}
slack app token | SLACK_APP_TOKEN | xapp-1-A{up:10}-{dig:13}-{hex:64}
slack webhook | SLACK_WEBHOOK_URL | https://hooks.slack.com/services/T{up:8}/B{up:10}/{an:24}
slack refresh token | SLACK_REFRESH_TOKEN | xoxe-1-{up:146}
*slack signing secret | SLACK_SIGNING_SECRET | {hex:32}
discord bot token | DISCORD_TOKEN | MT{an:24}.G{an:5}.{url:38}
discord webhook | DISCORD_WEBHOOK | https://discord.com/api/webhooks/1{dig:18}/{url:68}
telegram bot token | TELEGRAM_BOT_TOKEN | 7{dig:9}:AA{url:33}
teams webhook | TEAMS_WEBHOOK_URL | https://{word_}.webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{hex:32}/{uuid}
*twilio auth token | TWILIO_AUTH_TOKEN | {hex:32}
twilio api key | TWILIO_API_KEY | SK{hex:32}
sendgrid key | SENDGRID_API_KEY | SG.{url:22}.{url:43}
mailgun key | MAILGUN_API_KEY | key-{hex:32}
*mailgun signing key | MAILGUN_SIGNING_KEY | {hex:32}-{hex:8}-{hex:8}
mailchimp key | MAILCHIMP_API_KEY | {hex:32}-us{dig:2}
brevo key | BREVO_API_KEY | xkeysib-{hex:64}-{an:16}
brevo smtp key | BREVO_SMTP_KEY | xsmtpsib-{hex:64}-{an:16}
resend key | RESEND_API_KEY | re_{an:8}_{an:24}
*postmark token | POSTMARK_SERVER_TOKEN | {uuid}
*mattermost token | MATTERMOST_TOKEN | {low:26}
*mandrill key | MANDRILL_API_KEY | md-{url:22}
*intercom token | INTERCOM_ACCESS_TOKEN | dG9rO{b64:54}=
*line token | LINE_CHANNEL_ACCESS_TOKEN | {b64:171}=
"""
_PAYMENTS = """
stripe live key | STRIPE_SECRET_KEY | sk_live_51{an:97}
stripe short live key | STRIPE_API_KEY | sk_live_{an:24}
stripe restricted key | STRIPE_RESTRICTED_KEY | rk_live_51{an:97}
stripe test key | STRIPE_TEST_KEY | sk_test_51{an:97}
stripe webhook secret | STRIPE_WEBHOOK_SECRET | whsec_{an:32}
square access token | SQUARE_ACCESS_TOKEN | EAAA{url:60}
square oauth secret | SQUARE_APPLICATION_SECRET | sq0csp-{url:43}
square personal token | SQUARE_TOKEN | sq0atp-{url:22}
braintree access token | BRAINTREE_ACCESS_TOKEN | access_token$production${low:16}${hex:32}
*paypal client secret | PAYPAL_CLIENT_SECRET | E{url:79}
shopify access token | SHOPIFY_ACCESS_TOKEN | shpat_{hex:32}
shopify custom app token | SHOPIFY_TOKEN | shpca_{hex:32}
shopify private app token | SHOPIFY_PASSWORD | shppa_{hex:32}
shopify shared secret | SHOPIFY_API_SECRET | shpss_{hex:32}
razorpay live key | RAZORPAY_KEY_ID | rzp_live_{an:14}
adyen key | ADYEN_API_KEY | AQE{an:5}hmfxK{b64:100}-{b64:43}=-{an:16}
flutterwave key | FLW_SECRET_KEY | FLWSECK-{hex:32}-X
paystack key | PAYSTACK_SECRET_KEY | sk_live_{hex:40}
*plaid secret | PLAID_SECRET | {hex:30}
plaid access token | PLAID_ACCESS_TOKEN | access-production-{uuid}
*gocardless token | GOCARDLESS_ACCESS_TOKEN | live_{url:40}
easypost key | EASYPOST_API_KEY | EZAK{an:54}
shippo token | SHIPPO_TOKEN | shippo_live_{hex:40}
duffel token | DUFFEL_ACCESS_TOKEN | duffel_live_{url:43}
"""
_SAAS = """
databricks token | DATABRICKS_TOKEN | dapi{hex:32}
*datadog api key | DD_API_KEY | {hex:32}
*datadog app key | DD_APP_KEY | {hex:40}
new relic user key | NEW_RELIC_API_KEY | NRAK-{up:27}
new relic insert key | NEW_RELIC_INSERT_KEY | NRII-{url:32}
new relic license key | NEW_RELIC_LICENSE_KEY | {hex:36}NRAL
dynatrace token | DT_API_TOKEN | dt0c01.{b32:24}.{b32:64}
grafana service account token | GRAFANA_TOKEN | glsa_{an:32}_{glsa}
grafana cloud token | GRAFANA_CLOUD_TOKEN | glc_{glc}
grafana api key | GRAFANA_API_KEY | {grafana}
sentry user token | SENTRY_AUTH_TOKEN | sntryu_{hex:64}
sentry organisation token | SENTRY_AUTH_TOKEN | sntrys_{sntrys}{b64:43}
*pagerduty key | PAGERDUTY_API_KEY | u+{url:18}
launchdarkly sdk key | LAUNCHDARKLY_SDK_KEY | sdk-{uuid}
launchdarkly api token | LAUNCHDARKLY_ACCESS_TOKEN | api-{uuid}
linear key | LINEAR_API_KEY | lin_api_{an:40}
notion token | NOTION_TOKEN | ntn_{dig:11}{an:35}
notion old token | NOTION_API_KEY | secret_{an:43}
figma token | FIGMA_TOKEN | figd_{url:40}
atlassian token | JIRA_API_TOKEN | ATATT3xFfGF0{url:172}={HEX:8}
asana token | ASANA_ACCESS_TOKEN | 1/{dig:16}:{hex:32}
airtable token | AIRTABLE_API_KEY | pat{an:14}.{hex:64}
hubspot token | HUBSPOT_ACCESS_TOKEN | pat-na1-{uuid}
dropbox token | DROPBOX_ACCESS_TOKEN | sl.B{url:134}
*okta token | OKTA_API_TOKEN | 00{url:40}
*auth0 client secret | AUTH0_CLIENT_SECRET | {url:64}
mapbox secret token | MAPBOX_SECRET_TOKEN | sk.eyJ1Ijoi{an:60}.{url:22}
postman key | POSTMAN_API_KEY | PMAK-{hex:24}-{hex:34}
ngrok token | NGROK_AUTHTOKEN | 2{an:26}_{an:21}
tailscale key | TS_AUTHKEY | tskey-auth-k{an:11}CNTRL-{an:32}
contentful token | CONTENTFUL_MANAGEMENT_TOKEN | CFPAT-{url:43}
*algolia admin key | ALGOLIA_ADMIN_KEY | {hex:32}
facebook access token | FACEBOOK_ACCESS_TOKEN | EAAC{an:120}
*facebook app secret | FACEBOOK_APP_SECRET | {hex:32}
*twitter bearer token | TWITTER_BEARER_TOKEN | AAAAAAAAAAAAAAAAAAAAAA{an:80}
*twitter api secret | TWITTER_API_SECRET | {an:50}
*twitter access token | TWITTER_ACCESS_TOKEN | 1{dig:17}-{an:40}
typeform token | TYPEFORM_TOKEN | tfp_{an:43}_{an:15}
*zendesk token | ZENDESK_API_TOKEN | {an:40}
*fastly token | FASTLY_API_TOKEN | {url:32}
readme key | README_API_KEY | rdme_xn8s9h{hex:64}
prefect key | PREFECT_API_KEY | pnu_{an:36}
clickhouse key | CLICKHOUSE_KEY_SECRET | 4b1d{an:38}
maxmind key | MAXMIND_LICENSE_KEY | {an:6}_{an:29}_mmk
frame.io token | FRAMEIO_TOKEN | fio-u-{url:64}
posthog personal key | POSTHOG_PERSONAL_API_KEY | phx_{an:43}
honeycomb ingest key | HONEYCOMB_API_KEY | hcaik_01{low:56}
*segment write key | SEGMENT_WRITE_KEY | {an:32}
*sumo logic key | SUMOLOGIC_ACCESS_KEY | {an:64}
*shodan key | SHODAN_API_KEY | {an:32}
rootly key | ROOTLY_API_TOKEN | rootly_{hex:64}
*typesense key | TYPESENSE_ADMIN_API_KEY | {an:32}
zapier webhook | ZAPIER_HOOK | https://hooks.zapier.com/hooks/catch/{dig:7}/{low:7}/
"""
GENERIC = """
*database password | DB_PASSWORD | PASSWORD
*postgres password | POSTGRES_PASSWORD | PASSWORD
*mysql root password | MYSQL_ROOT_PASSWORD | PASSWORD
*admin password | ADMIN_PASSWORD | PASSWORD
*smtp password | SMTP_PASSWORD | PASSWORD
*ldap bind password | LDAP_BIND_PASSWORD | PASSWORD
*keystore password | KEYSTORE_PASSWORD | PASSWORD
*passphrase | SSH_PASSPHRASE | PASSWORD
*redis password | REDIS_PASSWORD | TOKEN
*secret key | SECRET_KEY | TOKEN
*jwt secret | JWT_SECRET | TOKEN
*client secret | CLIENT_SECRET | TOKEN
*api key | API_KEY | TOKEN
*access token | ACCESS_TOKEN | TOKEN
*auth token | AUTH_TOKEN | TOKEN
*session secret | SESSION_SECRET | TOKEN
*encryption key | ENCRYPTION_KEY | TOKEN
*signing key | SIGNING_KEY | TOKEN
*webhook secret | WEBHOOK_SECRET | TOKEN
*private token | PRIVATE_TOKEN | TOKEN
"""
TABLES = {
    "cloud": _CLOUD,
    "code": _CODE,
    "ai": _AI,
    "messaging": _MESSAGING,
    "payments": _PAYMENTS,
    "saas": _SAAS,
}
