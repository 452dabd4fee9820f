"""Made-up tokens of social networks, media and sources of data."""

from __future__ import annotations

import random

from .model import ALNUM, HEX, Specimen, text, uuid
from .parts import LOWER, UPPER, WORD, after, bare, cased


def twitter(rng: random.Random) -> str:
    return "A" * 21 + f"{text(rng, ALNUM, 12)}%2B{text(rng, ALNUM, 12)}%3D{text(rng, ALNUM, 50)}"


def rapid(rng: random.Random) -> str:
    parts = (text(rng, HEX, 10), text(rng, HEX, 15), text(rng, HEX, 5), text(rng, HEX, 12))
    return "{}msh{}p1{}jsn{}".format(*parts)


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "FacebookDetector": (
        cased("EA" + "A", 180, "FB_TOKEN"),
        bare(HEX, 32, "FACEBOOK_APP_SECRET"),
        Specimen(lambda rng: f"123454321234543|{text(rng, ALNUM, 27)}", "FACEBOOK_APP_TOKEN"),
    ),
    "InstagramDetector": (after("IG" + "QVJ", WORD, 150, "INSTAGRAM_TOKEN"),),
    "TwitterDetector": (
        Specimen(twitter, "TWITTER_BEARER_TOKEN"),
        cased("", 50, "TWITTER_API_SECRET"),
        cased("", 45, "ACCESS_TOKEN_SECRET"),
        Specimen(lambda rng: f"9876789-{text(rng, ALNUM, 37)}aB7", "TWITTER_ACCESS_TOKEN"),
    ),
    "LinkedInDetector": (
        Specimen(lambda rng: "WPL" + f"_AP1.{text(rng, ALNUM, 16)}.{text(rng, ALNUM, 6)}==", "SECRET"),
        cased("", 16, "LINKEDIN_CLIENT_SECRET"),
        cased("AQ" + "V", 300, "LINKEDIN_ACCESS_TOKEN", WORD),
    ),
    "TwitchDetector": (bare(LOWER, 30, "TWITCH_CLIENT_SECRET"), after("oauth:", LOWER, 30, "TWITCH_TOKEN")),
    "SpotifyDetector": (bare(HEX, 32, "SPOTIFY_CLIENT_SECRET"),),
    "FlickrDetector": (bare(HEX, 16, "FLICKR_API_SECRET"),),
    "RedditDetector": (cased("", 30, "REDDIT_CLIENT_SECRET", WORD),),
    "PinterestDetector": (after("pin" + "a_", ALNUM, 64, "PINTEREST_TOKEN"),),
    "TikTokDetector": (cased("", 32, "TIKTOK_CLIENT_SECRET"),),
    "StravaDetector": (bare(HEX, 40, "STRAVA_CLIENT_SECRET"),),
    "ImgurDetector": (bare(HEX, 40, "IMGUR_CLIENT_SECRET"),),
    "VimeoDetector": (bare(HEX, 32, "VIMEO_ACCESS_TOKEN"),),
    "LichessDetector": (cased("li" + "p_", 20, "LICHESS_TOKEN"),),
    "BitlyDetector": (bare(HEX, 40, "BITLY_ACCESS_TOKEN"),),
    "NewYorkTimesDetector": (cased("", 32, "NYTIMES_API_KEY"),),
    "MapboxDetector": (
        Specimen(
            lambda rng: "sk" + f".eyJ1Ijoi{text(rng, ALNUM, 60)}.{text(rng, ALNUM, 22)}", "MAPBOX_TOKEN"
        ),
    ),
    "MaxMindDetector": (
        Specimen(lambda rng: f"{text(rng, ALNUM, 6)}_{text(rng, ALNUM, 29)}_m" + "mk", "MAXMIND_LICENSE_KEY"),
    ),
    "OpenWeatherDetector": (
        bare(HEX, 32, "OPENWEATHER_API_KEY"),
        Specimen(
            bare(HEX, 32, "").make, "URL", "https://api" + ".openweathermap.org/data/2.5/weather?appid={}"
        ),
    ),
    "RapidApiDetector": (Specimen(rapid, "RAPIDAPI_KEY"),),
    "DeepLDetector": (Specimen(lambda rng: uuid(rng) + ":fx", "KEY"), Specimen(uuid, "DEEPL_AUTH_KEY")),
    "NewsApiDetector": (bare(HEX, 32, "NEWSAPI_KEY"),),
    "MovieDatabaseDetector": (bare(HEX, 32, "TMDB_API_KEY"),),
    "FinnhubDetector": (bare(LOWER, 20, "FINNHUB_API_KEY"), bare(LOWER, 40, "FINNHUB_TOKEN")),
    "AlphaVantageDetector": (Specimen(lambda rng: text(rng, UPPER, 14) + "A7", "ALPHAVANTAGE_API_KEY"),),
    "CoinMarketCapDetector": (Specimen(uuid, "COINMARKETCAP_API_KEY"),),
    "BinanceDetector": (cased("", 64, "BINANCE_API_SECRET"), cased("", 64, "BINANCE_API_KEY")),
    "KrakenDetector": (Specimen(lambda rng: text(rng, ALNUM, 83) + "aB7==", "KRAKEN_API_SECRET"),),
    "KuCoinDetector": (Specimen(uuid, "KUCOIN_API_SECRET"),),
    "CoinbaseDetector": (
        Specimen(lambda rng: text(rng, ALNUM, 83) + "aB7==", "COINBASE_API_SECRET"),
        cased("", 32, "COINBASE_SECRET"),
    ),
    "AlchemyDetector": (
        cased("", 32, "ALCHEMY_API_KEY", WORD),
        Specimen(cased("", 32, "", WORD).make, "URL", "https://eth-mainnet" + ".g.alchemy.com/v2/{}"),
    ),
    "InfuraDetector": (
        bare(HEX, 32, "INFURA_API_KEY"),
        Specimen(bare(HEX, 32, "").make, "URL", "https://mainnet" + ".infura.io/v3/{}"),
    ),
    "EtherscanDetector": (Specimen(lambda rng: text(rng, UPPER, 32) + "A7", "ETHERSCAN_API_KEY"),),
}
