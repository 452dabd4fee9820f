"""
Formats of tokens of social networks, media, and of sources of data: maps, weather, markets, chains.

Where each comes from is the page that its entry in ``about/social.py`` or ``about/sources.py`` names.
"""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.naming import HEX, UUID, mixed, named, varied

_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"
_END = r"(?![A-Za-z0-9_-])"

FORMATS: tuple[Format, ...] = (
    Format(
        "FacebookDetector",
        ("EAA",),
        token(rf"EAA(?P<random>{_ALNUM}{{90,350}})", end=r"(?![\w+/=-])"),
        holds=varied,
        entropy=4.5,
    ),
    named(
        "FacebookDetector",
        ("facebook",),
        rf"{HEX}{{32}}",
        words="secret",
        names=("fb_app_secret", "fb_secret", "fb_client_secret"),
    ),
    named("FacebookDetector", ("facebook",), rf"[0-9]{{14,17}}\|{_WORD}{{27}}", words="token"),
    Format(
        "InstagramDetector",
        ("IGQV", "IGQW", "IGAA"),
        token(rf"IG(?:QV|QW|AA)(?P<random>{_WORD}{{90,250}})", end=_END),
        entropy=4.0,
    ),
    Format(
        "TwitterDetector",
        ("AAAAAAAAAAAAAAAAAAA",),
        token(rf"A{{19,22}}[A-Za-z0-9%]{{20,50}}%3D(?P<random>{_ALNUM}{{40,60}})"),
        entropy=4.0,
    ),
    named(
        "TwitterDetector",
        ("twitter",),
        r"(?-i:A{19,22}[A-Za-z0-9%]{60,120})",
        words="token|bearer",
        entropy=4.0,
    ),
    named(
        "TwitterDetector",
        ("twitter",),
        r"(?-i:[A-Za-z0-9]{50}|[A-Za-z0-9]{45})",
        words="secret",
        names=("consumer_secret", "access_token_secret"),
        holds=varied,
        entropy=4.0,
    ),
    named(
        "TwitterDetector",
        ("twitter",),
        rf"[0-9]{{5,20}}-(?-i:{_ALNUM}{{40}})",
        words="token",
        holds=varied,
        confidence=Confidence.MEDIUM,
    ),
    Format(
        "LinkedInDetector",
        ("WPL_AP",),
        token(rf"WPL_AP[01]\.(?P<random>{_ALNUM}{{16}}\.[A-Za-z0-9+/]{{6,10}}={{0,2}})", end=""),
        entropy=3.0,
    ),
    named("LinkedInDetector", ("linked_in",), r"(?-i:[A-Za-z0-9]{16})", words="secret", holds=varied),
    named(
        "LinkedInDetector",
        ("linked_in",),
        rf"(?-i:AQ[A-Z]{_WORD}{{150,500}})",
        words="token",
        holds=varied,
        entropy=4.0,
    ),
    named(
        "TwitchDetector",
        ("twitch",),
        r"(?:oauth:)?[a-z0-9]{30}",
        words="secret|token|oauth|password",
        holds=mixed,
        entropy=3.5,
    ),
    named("SpotifyDetector", ("spotify", "spotipy"), rf"{HEX}{{32}}", words="secret"),
    named("FlickrDetector", ("flickr",), rf"{HEX}{{16}}", words="secret", entropy=2.5),
    named(
        "RedditDetector", ("reddit",), rf"(?-i:{_WORD}{{27,30}})", words="secret", holds=varied, entropy=3.5
    ),
    Format("PinterestDetector", ("pina_",), token(rf"pina_(?P<random>{_ALNUM}{{48,90}})"), entropy=3.5),
    named("TikTokDetector", ("tiktok",), r"(?-i:[A-Za-z0-9]{32})", words="secret", holds=varied, entropy=3.5),
    named("StravaDetector", ("strava",), rf"{HEX}{{40}}", words="secret|token"),
    named("ImgurDetector", ("imgur",), rf"{HEX}{{40}}", words="secret|token"),
    named("VimeoDetector", ("vimeo",), rf"{HEX}{{32}}", words="token"),
    Format(
        "LichessDetector", ("lip_",), token(rf"lip_(?P<random>{_ALNUM}{{20,24}})"), holds=varied, entropy=3.3
    ),
    named("BitlyDetector", ("bitly",), rf"{HEX}{{40}}"),
    named(
        "NewYorkTimesDetector",
        ("nytimes", "new_york_times"),
        r"(?-i:[A-Za-z0-9]{32})",
        holds=varied,
        entropy=3.5,
    ),
    Format(
        "MapboxDetector",
        ("sk.eyJ", "tk.eyJ"),
        token(rf"[st]k\.eyJ(?P<random>{_WORD}{{40,200}})\.{_WORD}{{22}}", end=_END),
        entropy=3.5,
    ),
    Format(
        "MaxMindDetector", ("_mmk",), token(rf"(?P<random>{_ALNUM}{{6}}_{_ALNUM}{{29}})_mmk"), entropy=3.5
    ),
    named(
        "OpenWeatherDetector",
        ("open_weather", "owm"),
        rf"{HEX}{{32}}",
        words="key|token|app[_.-]?id",
    ),
    Format(
        "OpenWeatherDetector",
        ("openweathermap.org/",),
        rf"openweathermap\.org/[^\s\"'`<>]{{1,200}}?appid=(?P<value>{HEX}{{32}})(?!\w)",
        entropy=3.0,
    ),
    Format(
        "RapidApiDetector",
        ("jsn",),
        token(rf"(?P<random>{HEX}{{10}}msh{HEX}{{15}}p1{HEX}{{5,6}}jsn{HEX}{{12}})"),
        entropy=3.0,
    ),
    Format("DeepLDetector", (":fx",), token(rf"(?P<random>{UUID}):fx")),
    named("DeepLDetector", ("deepl",), UUID),
    named("NewsApiDetector", ("news_api",), rf"{HEX}{{32}}", words="key|token"),
    named("MovieDatabaseDetector", ("tmdb", "themoviedb"), rf"{HEX}{{32}}", words="key|token"),
    named("FinnhubDetector", ("finnhub",), r"(?:[a-z0-9]{20}|[a-z0-9]{40})", words="key|token", holds=mixed),
    named(
        "AlphaVantageDetector",
        ("alpha_vantage",),
        r"(?-i:[A-Z0-9]{16})",
        words="key",
        holds=mixed,
    ),
    named("CoinMarketCapDetector", ("coinmarketcap", "cmc_pro", "cmc_api"), UUID, words="key"),
    named(
        "BinanceDetector",
        ("binance",),
        r"(?-i:[A-Za-z0-9]{64})",
        words="secret|key",
        holds=varied,
        entropy=4.0,
    ),
    named(
        "KrakenDetector",
        ("kraken",),
        r"(?-i:[A-Za-z0-9+/]{86}==)",
        words="secret|private[_.-]?key|key",
        holds=varied,
        entropy=4.0,
    ),
    named("KuCoinDetector", ("kucoin",), UUID, words="secret"),
    named(
        "CoinbaseDetector",
        ("coinbase",),
        r"(?-i:[A-Za-z0-9+/]{86}==|[A-Za-z0-9]{32})",
        words="secret",
        holds=varied,
        entropy=3.5,
    ),
    named(
        "AlchemyDetector", ("alchemy",), rf"(?-i:{_WORD}{{32}})", words="key|token", holds=varied, entropy=3.5
    ),
    Format(
        "AlchemyDetector",
        (".g.alchemy.com/v2/",),
        rf"\.g\.alchemy\.com/v2/(?P<value>{_WORD}{{32}}){_END}",
        holds=varied,
        entropy=3.5,
    ),
    named("InfuraDetector", ("infura",), rf"{HEX}{{32}}", words="secret|key|project[_.-]?id"),
    Format(
        "InfuraDetector",
        ("infura.io/",),
        rf"infura\.io/(?:ws/)?v3/(?P<value>{HEX}{{32}})(?!\w)",
        confidence=Confidence.MEDIUM,
    ),
    named(
        "EtherscanDetector",
        ("etherscan", "polygonscan", "bscscan", "arbiscan"),
        r"(?-i:[A-Z0-9]{34})",
        words="key|token",
        holds=mixed,
        entropy=3.5,
    ),
)
