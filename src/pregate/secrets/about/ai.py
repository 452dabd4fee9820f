"""What tokens of AI services open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_HIGH, _SURE = Severity.HIGH, Confidence.HIGH
_MODELS = "run models at the account's cost and see what it has stored there"
_SEARCH = "send requests at the account's cost"


def _key(service: str, risk: str, where: str, help_uri: str = "", *prefixes: str, instead: str = "") -> Entry:
    """An API key that one deletes and makes again at ``where``."""
    revoke = f"Create another key {where}, deploy it, delete the old one there, and look at the usage since."
    return Entry(
        f"{service} API key", _HIGH, _SURE, risk, revoke, help_uri, prefixes=prefixes, instead=instead
    )


ENTRIES: dict[str, Entry] = {
    "OpenAIDetector": _key(
        "OpenAI",
        "run models at the account's cost and read its files, assistants and fine-tuned models",
        "at platform.openai.com under API keys (an admin key: under Organization, Admin keys)",
        "https://platform.openai.com/docs/api-reference/authentication",
        "sk-proj-",
        "sk-svcacct-",
        "sk-admin-",
        "sk-",
        instead="Give each service a project key with restricted permissions and a budget.",
    ),
    "AnthropicDetector": _key(
        "Anthropic",
        "run models at the organisation's cost; an admin key manages its members and keys besides",
        "in the Claude Console under API keys (a token of Claude Code: log out of the account's sessions)",
        "https://docs.claude.com/en/api/overview",
        "sk-ant-api03-",
        "sk-ant-admin01-",
        "sk-ant-oat01-",
        "sk-ant-",
        instead="On AWS and Google Cloud, Bedrock and Vertex AI take the machine's own identity.",
    ),
    "HuggingFaceDetector": Entry(
        "Hugging Face token",
        _HIGH,
        _SURE,
        "read private models and data sets, and with a write token replace what others download",
        "Invalidate and refresh the token at huggingface.co/settings/tokens, and look at the commits of your "
        "repositories since.",
        "https://huggingface.co/docs/hub/security-tokens",
        prefixes=("hf_", "api_org_"),
        instead="Use a fine-grained token that reads only the repositories needed.",
    ),
    "GroqDetector": _key(
        "Groq",
        _MODELS,
        "at console.groq.com under API Keys",
        "https://console.groq.com/docs/quickstart",
        "gsk_",
    ),
    "XaiDetector": _key(
        "xAI", _MODELS, "at console.x.ai under API Keys", "https://docs.x.ai/docs/overview", "xai-"
    ),
    "PerplexityDetector": _key(
        "Perplexity", _SEARCH, "in the API portal under API Keys", "https://docs.perplexity.ai/", "pplx-"
    ),
    "ReplicateDetector": _key(
        "Replicate",
        "run models at the account's cost, and push versions of its own models",
        "at replicate.com/account/api-tokens",
        "https://replicate.com/docs/topics/security/api-tokens",
        "r8_",
    ),
    "PineconeDetector": _key(
        "Pinecone",
        "read, change and delete the vectors of the project",
        "in the Pinecone console under API keys",
        "https://docs.pinecone.io/guides/projects/manage-api-keys",
        "pcsk_",
    ),
    "LangSmithDetector": _key(
        "LangSmith",
        "read the traces of the workspace, with every prompt and answer in them",
        "in LangSmith's settings under API Keys",
        "https://docs.smith.langchain.com/",
        "lsv2_pt_",
        "lsv2_sk_",
        "ls__",
    ),
    "LangfuseDetector": _key(
        "Langfuse",
        "read and change the traces of the project, with every prompt and answer in them",
        "in the project's settings under API Keys",
        "https://langfuse.com/docs",
        "sk-lf-",
    ),
    "CohereDetector": _key("Cohere", _MODELS, "at dashboard.cohere.com/api-keys", "https://docs.cohere.com/"),
    "MistralDetector": _key(
        "Mistral AI", _MODELS, "at console.mistral.ai under API keys", "https://docs.mistral.ai/"
    ),
    "DeepSeekDetector": _key(
        "DeepSeek", _MODELS, "at platform.deepseek.com/api_keys", "https://api-docs.deepseek.com/", "sk-"
    ),
    "DashScopeDetector": _key(
        "Alibaba Model Studio",
        _MODELS,
        "in the Model Studio console under API keys",
        "https://www.alibabacloud.com/help/en/model-studio/get-api-key",
        "sk-",
    ),
    "StabilityDetector": _key(
        "Stability AI",
        _MODELS,
        "at platform.stability.ai/account/keys",
        "https://platform.stability.ai/docs/getting-started",
        "sk-",
    ),
    "MoonshotDetector": _key(
        "Moonshot AI",
        _MODELS,
        "in the Moonshot console under API keys",
        "https://platform.moonshot.ai/",
        "sk-",
    ),
    "TogetherDetector": _key(
        "Together AI",
        _MODELS,
        "at api.together.ai under Settings, API keys",
        "https://docs.together.ai/docs/quickstart",
        "tgp_v1_",
    ),
    "FireworksDetector": _key(
        "Fireworks AI",
        _MODELS,
        "in the Fireworks dashboard under API keys",
        "https://docs.fireworks.ai/getting-started/quickstart",
        "fw_",
    ),
    "OpenRouterDetector": _key(
        "OpenRouter",
        _MODELS,
        "at openrouter.ai/settings/keys",
        "https://openrouter.ai/docs/api-reference/authentication",
        "sk-or-v1-",
        instead="Give each key a credit limit.",
    ),
    "ElevenLabsDetector": _key(
        "ElevenLabs",
        "make speech at the account's cost, with the voices cloned there",
        "in the profile settings under API keys",
        "https://elevenlabs.io/docs/api-reference/authentication",
        "sk_",
    ),
    "DeepgramDetector": _key(
        "Deepgram",
        _SEARCH,
        "in the Deepgram console under API Keys",
        "https://developers.deepgram.com/docs/create-additional-api-keys",
        instead="Hand browsers short-lived tokens.",
    ),
    "AssemblyAiDetector": _key(
        "AssemblyAI",
        "read the account's transcripts, and make more at its cost",
        "in the AssemblyAI dashboard under API keys",
        "https://www.assemblyai.com/docs/",
    ),
    "WeightsAndBiasesDetector": _key(
        "Weights & Biases",
        "read and change experiments, artifacts and models as its owner",
        "at wandb.ai/settings under API keys",
        "https://docs.wandb.ai/support/find_api_key/",
        "wandb_v1_",
        instead="In automation use a service account's key.",
    ),
    "NvidiaDetector": _key(
        "NVIDIA NGC",
        "pull private containers and models, and call NVIDIA's hosted models",
        "at org.ngc.nvidia.com under Setup, API Keys",
        "https://docs.nvidia.com/ngc/latest/ngc-user-guide.html",
        "nvapi-",
    ),
    "TavilyDetector": _key("Tavily", _SEARCH, "at app.tavily.com", "https://docs.tavily.com/", "tvly-"),
    "VoyageDetector": _key(
        "Voyage AI",
        _MODELS,
        "in the Voyage dashboard under API keys",
        "https://docs.voyageai.com/docs/api-key-and-installation",
        "pa-",
    ),
    "JinaDetector": _key("Jina AI", _SEARCH, "at jina.ai under API keys", "https://jina.ai/", "jina_"),
    "CerebrasDetector": _key(
        "Cerebras",
        _MODELS,
        "at cloud.cerebras.ai under API keys",
        "https://inference-docs.cerebras.ai/",
        "csk-",
    ),
    "SambaNovaDetector": _key(
        "SambaNova", _MODELS, "at cloud.sambanova.ai/apis", "https://docs.sambanova.ai/"
    ),
    "RoboflowDetector": _key(
        "Roboflow",
        "read the workspace's data sets and models and change them",
        "in the workspace's settings under API keys",
        "https://docs.roboflow.com/",
    ),
    "RunPodDetector": _key(
        "RunPod",
        "start machines at the account's cost and enter those that run",
        "in RunPod's settings under API Keys",
        "https://docs.runpod.io/get-started/api-keys",
        "rpa_",
    ),
    "LlamaCloudDetector": _key(
        "LlamaCloud",
        "read the documents and indexes of the project",
        "at cloud.llamaindex.ai under API Keys",
        "https://docs.cloud.llamaindex.ai/",
        "llx-",
    ),
    "AnyscaleDetector": _key(
        "Anyscale", _MODELS, "in the Anyscale console", "https://docs.anyscale.com/", "esecret_"
    ),
    "E2bDetector": _key(
        "E2B",
        "start sandboxes at the team's cost and enter those that run",
        "at e2b.dev/dashboard",
        "https://e2b.dev/docs",
        "e2b_",
    ),
    "FirecrawlDetector": _key(
        "Firecrawl", _SEARCH, "at firecrawl.dev/app/api-keys", "https://docs.firecrawl.dev/", "fc-"
    ),
    "ApifyDetector": _key(
        "Apify",
        "run and change the account's actors and read what they collected",
        "in the Apify console under Settings, API & Integrations",
        "https://docs.apify.com/platform/integrations/api",
        "apify_api_",
    ),
    "SerpApiDetector": _key(
        "SerpApi", _SEARCH, "at serpapi.com/manage-api-key", "https://serpapi.com/search-api"
    ),
    "FalDetector": _key("fal", _MODELS, "at fal.ai/dashboard/keys", "https://docs.fal.ai/"),
    "Ai21Detector": _key("AI21", _MODELS, "in AI21 Studio under API keys", "https://docs.ai21.com/"),
    "ClarifaiDetector": _key(
        "Clarifai", _MODELS, "in Clarifai's settings under Secrets", "https://docs.clarifai.com/"
    ),
    "UnlabelledAiKeyDetector": _key(
        "AI service",
        "run models at the account's cost",
        "at the service that issued it (DeepSeek, Alibaba Model Studio, Stability and others share the form)",
        "",
        "sk-",
    ),
}
