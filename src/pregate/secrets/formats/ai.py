"""
Formats of tokens of AI services.

Where each comes from is the page that its entry in ``about/ai.py`` names.
"""

from __future__ import annotations

from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.naming import HEX, UUID, mixed, named, prefixed, varied

_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"
_END = r"(?![A-Za-z0-9_-])"

FORMATS: tuple[Format, ...] = (
    # Three families of keys, all with `OpenAI` in Base64 in the middle.
    Format(
        "OpenAIDetector", ("T3BlbkFJ",), token(rf"sk-{_WORD}{{20,200}}T3BlbkFJ{_WORD}{{20,160}}", end=_END)
    ),
    Format(
        "AnthropicDetector",
        ("sk-ant-",),
        token(rf"sk-ant-(?:api|admin|oat|ort|sid)[0-9]{{2}}-(?P<random>{_WORD}{{80,120}})", end=_END),
        entropy=3.5,
    ),
    Format(
        "HuggingFaceDetector",
        ("hf_", "api_org_"),
        token(rf"(?:hf_|api_org_)(?P<random>{_ALNUM}{{34}})"),
        entropy=3.5,
    ),
    Format("GroqDetector", ("gsk_",), token(rf"gsk_(?P<random>{_ALNUM}{{52}})"), entropy=3.5),
    Format("XaiDetector", ("xai-",), token(rf"xai-(?P<random>{_ALNUM}{{80}})"), entropy=3.5),
    Format("PerplexityDetector", ("pplx-",), token(rf"pplx-(?P<random>{_ALNUM}{{40,64}})"), entropy=3.5),
    Format("ReplicateDetector", ("r8_",), token(rf"r8_(?P<random>{_ALNUM}{{37}})"), entropy=3.5),
    Format(
        "PineconeDetector",
        ("pcsk_",),
        token(rf"pcsk_{_ALNUM}{{3,8}}_(?P<random>{_ALNUM}{{50,70}})"),
        entropy=3.5,
    ),
    named("PineconeDetector", ("pinecone",), UUID),
    Format("LangSmithDetector", ("lsv2_",), token(rf"lsv2_(?:pt|sk)_(?P<random>{HEX}{{32}}_{HEX}{{10}})")),
    Format("LangSmithDetector", ("ls__",), token(rf"ls__(?P<random>{HEX}{{32}})")),
    Format("LangfuseDetector", ("sk-lf-",), token(rf"sk-lf-(?P<random>{UUID})")),
    named(
        "CohereDetector",
        ("cohere",),
        r"(?-i:[A-Za-z0-9]{40})",
        names=("co_api_key",),
        entropy=3.8,
        holds=varied,
    ),
    named("MistralDetector", ("mistral",), r"(?-i:[A-Za-z0-9]{32})", entropy=3.5, holds=varied),
    named("DeepSeekDetector", ("deepseek",), rf"sk-{HEX}{{32}}"),
    named("DashScopeDetector", ("dashscope", "qwen"), rf"sk-{HEX}{{32}}"),
    named("StabilityDetector", ("stability",), r"sk-(?-i:[A-Za-z0-9]{48})", holds=varied),
    named("MoonshotDetector", ("moonshot", "kimi"), r"sk-(?-i:[A-Za-z0-9]{48})", holds=varied),
    Format("TogetherDetector", ("tgp_v1_",), token(rf"tgp_v1_(?P<random>{_WORD}{{40,50}})", end=_END)),
    named("TogetherDetector", ("together_ai",), rf"{HEX}{{64}}", names=("together_api_key",)),
    Format("FireworksDetector", ("fw_",), prefixed("fw_", rf"{_ALNUM}{{22,36}}"), holds=varied, entropy=3.5),
    Format("OpenRouterDetector", ("sk-or-",), token(rf"sk-or-(?:v1-)?(?P<random>{HEX}{{64}})")),
    Format("ElevenLabsDetector", ("sk_",), prefixed("sk_", rf"{HEX}{{48}}"), entropy=3.0),
    named(
        "ElevenLabsDetector",
        ("eleven_labs",),
        rf"{HEX}{{32}}",
        names=("xi_api_key",),
    ),
    named("DeepgramDetector", ("deepgram",), rf"{HEX}{{40}}"),
    named("AssemblyAiDetector", ("assembly_ai",), rf"{HEX}{{32}}"),
    Format(
        "WeightsAndBiasesDetector",
        ("wandb_v1_",),
        token(r"wandb_v1_(?P<random>[A-Za-z0-9_-]{40,120})", end=_END),
    ),
    named(
        "WeightsAndBiasesDetector",
        ("wandb", "weights_and_biases"),
        rf"{HEX}{{40}}",
        words="key|token|secret|login",
    ),
    Format(
        "NvidiaDetector", ("nvapi-",), token(rf"nvapi-(?P<random>{_WORD}{{60,70}})", end=_END), entropy=3.5
    ),
    Format(
        "TavilyDetector",
        ("tvly-",),
        token(rf"tvly-(?:dev-|prod-)?(?P<random>{_ALNUM}{{32,64}})"),
        entropy=3.5,
    ),
    named("VoyageDetector", ("voyage",), r"pa-(?-i:[A-Za-z0-9_-]{40,50})", holds=mixed),
    Format(
        "JinaDetector", ("jina_",), token(r"jina_(?P<random>[A-Za-z0-9_-]{55,65})", end=_END), entropy=3.5
    ),
    Format("CerebrasDetector", ("csk-",), token(r"csk-(?P<random>[a-z0-9]{48})"), entropy=3.5),
    named("SambaNovaDetector", ("sambanova",), UUID),
    named("RoboflowDetector", ("roboflow",), r"(?-i:[A-Za-z0-9]{20})", holds=varied, entropy=3.2),
    Format("RunPodDetector", ("rpa_",), token(r"rpa_(?P<random>[A-Z0-9]{40,46}[a-z0-9]{0,8})"), entropy=3.5),
    Format("LlamaCloudDetector", ("llx-",), token(rf"llx-(?P<random>{_ALNUM}{{48}})"), entropy=3.5),
    Format("AnyscaleDetector", ("esecret_",), token(r"esecret_(?P<random>[a-z0-9]{26})"), entropy=3.0),
    Format("E2bDetector", ("e2b_",), token(rf"e2b_(?P<random>{HEX}{{40}})")),
    Format("FirecrawlDetector", ("fc-",), prefixed("fc-", rf"(?<!-fc-){HEX}{{32}}"), entropy=3.0),
    Format("ApifyDetector", ("apify_api_",), token(rf"apify_api_(?P<random>{_ALNUM}{{36}})"), entropy=3.5),
    named("SerpApiDetector", ("serp_api",), rf"{HEX}{{64}}"),
    named("FalDetector", (), rf"{UUID}:{HEX}{{32}}", names=("fal_key", "fal_ai_key", "fal_api_key")),
    named("Ai21Detector", ("ai21",), r"(?-i:[A-Za-z0-9]{32})", holds=varied, entropy=3.5),
    named("ClarifaiDetector", ("clarifai",), rf"{HEX}{{32}}", words="key|token|secret|pat"),
    # The shapes that several services share: 32 hexadecimal digits, or 48 letters and digits.
    Format("UnlabelledAiKeyDetector", ("sk-",), prefixed("sk-", rf"(?<!-sk-){HEX}{{32}}"), entropy=3.0),
    Format(
        "UnlabelledAiKeyDetector",
        ("sk-",),
        prefixed("sk-", rf"(?<!-sk-){_ALNUM}{{48}}", end=_END),
        holds=varied,
        entropy=3.8,
    ),
)
