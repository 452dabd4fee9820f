"""Made-up tokens of AI services."""

from __future__ import annotations

import random
import string

from .model import ALNUM, HEX, Specimen, text, uuid
from .parts import LOWER, UPPER, WORD, after, bare, cased


def openai(rng: random.Random, prefix: str, size: int) -> str:
    alphabet = WORD if size > 20 else ALNUM
    return "sk-" + prefix + text(rng, alphabet, size - 1) + "aT3Blbk" + "FJ" + text(rng, ALNUM, size)


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "OpenAIDetector": (
        Specimen(lambda rng: openai(rng, "", 20), "OPENAI_API_KEY"),
        Specimen(lambda rng: openai(rng, "proj-", 74), "OPENAI_KEY"),
        Specimen(lambda rng: openai(rng, "svcacct-", 58), "KEY"),
        Specimen(lambda rng: openai(rng, "admin-", 58), "OPENAI_ADMIN_KEY"),
    ),
    "AnthropicDetector": (
        Specimen(lambda rng: "sk-" + "ant-api03-" + text(rng, WORD, 93) + "AA", "ANTHROPIC_API_KEY"),
        Specimen(lambda rng: "sk-" + "ant-admin01-" + text(rng, WORD, 93) + "AA", "ADMIN_KEY"),
        Specimen(lambda rng: "sk-" + "ant-oat01-" + text(rng, WORD, 93) + "AA", "CLAUDE_CODE_OAUTH_TOKEN"),
    ),
    "HuggingFaceDetector": (
        Specimen(lambda rng: "hf" + "_" + text(rng, string.ascii_letters, 34), "HF_TOKEN"),
        Specimen(lambda rng: "api" + "_org_" + text(rng, string.ascii_letters, 34), "HF_ORG"),
    ),
    "GroqDetector": (after("gsk" + "_", ALNUM, 52, "GROQ_API_KEY"),),
    "XaiDetector": (after("xai" + "-", ALNUM, 80, "XAI_API_KEY"),),
    "PerplexityDetector": (after("pplx" + "-", ALNUM, 48, "PPLX_KEY"),),
    "ReplicateDetector": (after("r8" + "_", ALNUM, 37, "REPLICATE_API_TOKEN"),),
    "PineconeDetector": (
        Specimen(lambda rng: "pcsk" + "_" + text(rng, ALNUM, 5) + "_" + text(rng, ALNUM, 63), "PINECONE_KEY"),
        Specimen(uuid, "PINECONE_API_KEY"),
    ),
    "LangSmithDetector": (
        Specimen(
            lambda rng: "lsv2" + "_pt_" + text(rng, HEX, 32) + "_" + text(rng, HEX, 10), "LANGSMITH_API_KEY"
        ),
        Specimen(lambda rng: "lsv2" + "_sk_" + text(rng, HEX, 32) + "_" + text(rng, HEX, 10), "KEY"),
        after("ls" + "__", HEX, 32, "LANGCHAIN_API_KEY"),
    ),
    "LangfuseDetector": (Specimen(lambda rng: "sk-" + "lf-" + uuid(rng), "LANGFUSE_SECRET_KEY"),),
    "CohereDetector": (bare(ALNUM, 40, "COHERE_API_KEY"), bare(ALNUM, 40, "CO_API_KEY")),
    "MistralDetector": (bare(ALNUM, 32, "MISTRAL_API_KEY"),),
    "DeepSeekDetector": (after("sk" + "-", HEX, 32, "DEEPSEEK_API_KEY"),),
    "DashScopeDetector": (after("sk" + "-", HEX, 32, "DASHSCOPE_API_KEY"),),
    "StabilityDetector": (after("sk" + "-", ALNUM, 48, "STABILITY_API_KEY"),),
    "MoonshotDetector": (after("sk" + "-", ALNUM, 48, "MOONSHOT_API_KEY"),),
    "TogetherDetector": (
        after("tgp" + "_v1_", WORD, 43, "TOGETHER_TOKEN"),
        bare(HEX, 64, "TOGETHER_API_KEY"),
    ),
    "FireworksDetector": (after("fw" + "_", ALNUM, 24, "FIREWORKS_API_KEY"),),
    "OpenRouterDetector": (after("sk-" + "or-v1-", HEX, 64, "OPENROUTER_API_KEY"),),
    "ElevenLabsDetector": (
        after("sk" + "_", HEX, 48, "VOICE_KEY"),
        bare(HEX, 32, "ELEVENLABS_API_KEY"),
        bare(HEX, 32, "xi-api-key"),
    ),
    "DeepgramDetector": (bare(HEX, 40, "DEEPGRAM_API_KEY"),),
    "AssemblyAiDetector": (bare(HEX, 32, "ASSEMBLYAI_API_KEY"),),
    "WeightsAndBiasesDetector": (
        after("wandb" + "_v1_", ALNUM, 77, "KEY"),
        bare(HEX, 40, "WANDB_API_KEY"),
    ),
    "NvidiaDetector": (after("nvapi" + "-", WORD, 64, "NGC_API_KEY"),),
    "TavilyDetector": (
        after("tvly" + "-", ALNUM, 32, "TAVILY_API_KEY"),
        after("tvly" + "-dev-", ALNUM, 32, "TAVILY"),
    ),
    "VoyageDetector": (after("pa" + "-", WORD, 43, "VOYAGE_API_KEY"),),
    "JinaDetector": (after("jina" + "_", ALNUM, 60, "JINA_API_KEY"),),
    "CerebrasDetector": (after("csk" + "-", LOWER, 48, "CEREBRAS_API_KEY"),),
    "SambaNovaDetector": (Specimen(uuid, "SAMBANOVA_API_KEY"),),
    "RoboflowDetector": (cased("", 20, "ROBOFLOW_API_KEY"),),
    "RunPodDetector": (Specimen(lambda rng: "rpa" + "_" + text(rng, UPPER, 40) + "a7", "RUNPOD_API_KEY"),),
    "LlamaCloudDetector": (after("llx" + "-", ALNUM, 48, "LLAMA_CLOUD_API_KEY"),),
    "AnyscaleDetector": (after("esecret" + "_", LOWER, 26, "ANYSCALE_API_KEY"),),
    "E2bDetector": (after("e2b" + "_", HEX, 40, "E2B_API_KEY"),),
    "FirecrawlDetector": (after("fc" + "-", HEX, 32, "FIRECRAWL_API_KEY"),),
    "ApifyDetector": (after("apify" + "_api_", ALNUM, 36, "APIFY_TOKEN"),),
    "SerpApiDetector": (bare(HEX, 64, "SERPAPI_API_KEY"),),
    "FalDetector": (Specimen(lambda rng: uuid(rng) + ":" + text(rng, HEX, 32), "FAL_KEY"),),
    "Ai21Detector": (bare(ALNUM, 32, "AI21_API_KEY"),),
    "ClarifaiDetector": (bare(HEX, 32, "CLARIFAI_PAT"),),
    "UnlabelledAiKeyDetector": (after("sk" + "-", HEX, 32, "KEY"), after("sk" + "-", ALNUM, 48, "LLM")),
}
