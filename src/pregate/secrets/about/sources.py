"""What tokens of sources of data open, maps, weather, markets and chains, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_USE = "send requests at the account's cost, or until its limit is used up"
_TRADE = "trade in the account, and take its funds where the key allows it"


def _key(
    name: str,
    risk: str,
    where: str,
    help_uri: str = "",
    *prefixes: str,
    severity: Severity = Severity.HIGH,
    instead: str = "",
) -> Entry:
    """A credential that one deletes and makes again at ``where``."""
    revoke = f"Create another {where}, deploy it, and delete the old one there."
    return Entry(name, severity, Confidence.HIGH, risk, revoke, help_uri, prefixes=prefixes, instead=instead)


_TRADING = "Limit the key to your addresses, and let no key withdraw that need not."

ENTRIES: dict[str, Entry] = {
    "MapboxDetector": _key(
        "Mapbox secret token",
        "use and change the account's maps, data and tokens, as the token's scopes allow",
        "at console.mapbox.com/account/access-tokens",
        "https://docs.mapbox.com/accounts/guides/tokens/",
        *("sk.", "tk."),
        instead="Only public tokens (pk.) with URL restrictions belong in a client.",
    ),
    "MaxMindDetector": _key(
        "MaxMind licence key",
        "download the databases that the account has paid for",
        "in the MaxMind account under Manage License Keys",
        "https://support.maxmind.com/hc/en-us/articles/4407111582235-Generate-a-License-Key",
    ),
    "OpenWeatherDetector": _key(
        "OpenWeather API key",
        _USE,
        "at home.openweathermap.org/api_keys",
        "https://openweathermap.org/appid",
        severity=Severity.MEDIUM,
    ),
    "RapidApiDetector": _key(
        "RapidAPI key",
        "call every API that the account subscribes to, at its cost",
        "in RapidAPI under My Apps, Authorization",
        "https://docs.rapidapi.com/docs/keys-and-key-rotation",
    ),
    "DeepLDetector": _key(
        "DeepL API key",
        _USE,
        "in the DeepL account under API Keys",
        "https://developers.deepl.com/docs/getting-started/managing-api-keys",
    ),
    "NewsApiDetector": _key(
        "NewsAPI key",
        _USE,
        "at newsapi.org/account",
        "https://newsapi.org/docs/authentication",
        severity=Severity.MEDIUM,
    ),
    "NewYorkTimesDetector": _key(
        "New York Times API key",
        _USE,
        "at developer.nytimes.com/my-apps",
        "https://developer.nytimes.com/get-started",
        severity=Severity.MEDIUM,
    ),
    "MovieDatabaseDetector": _key(
        "TMDB API key",
        _USE,
        "at themoviedb.org/settings/api",
        "https://developer.themoviedb.org/docs/getting-started",
        severity=Severity.MEDIUM,
    ),
    "FinnhubDetector": _key(
        "Finnhub API key",
        _USE,
        "at finnhub.io/dashboard",
        "https://finnhub.io/docs/api/authentication",
        severity=Severity.MEDIUM,
    ),
    "AlphaVantageDetector": _key(
        "Alpha Vantage API key",
        _USE,
        "with Alpha Vantage's support",
        "https://www.alphavantage.co/documentation/",
        severity=Severity.MEDIUM,
    ),
    "CoinMarketCapDetector": _key(
        "CoinMarketCap API key",
        _USE,
        "at pro.coinmarketcap.com/account",
        "https://coinmarketcap.com/api/documentation/v1/",
    ),
    "BinanceDetector": _key(
        "Binance API key",
        _TRADE,
        "in Binance under Account, API Management",
        "https://www.binance.com/en/support/faq/detail/360002502072",
        severity=Severity.CRITICAL,
        instead=_TRADING,
    ),
    "KrakenDetector": _key(
        "Kraken API secret",
        _TRADE,
        "in Kraken under Settings, API",
        "https://support.kraken.com/articles/360000919966-how-to-create-an-api-key",
        severity=Severity.CRITICAL,
        instead=_TRADING,
    ),
    "KuCoinDetector": _key(
        "KuCoin API secret",
        _TRADE,
        "in KuCoin under API Management",
        "https://www.kucoin.com/docs-new/authentication",
        severity=Severity.CRITICAL,
        instead=_TRADING,
    ),
    "CoinbaseDetector": _key(
        "Coinbase API secret",
        _TRADE,
        "in the Coinbase Developer Platform under API keys",
        "https://docs.cdp.coinbase.com/",
        severity=Severity.CRITICAL,
        instead=_TRADING,
    ),
    "AlchemyDetector": _key(
        "Alchemy API key",
        _USE,
        "in the Alchemy dashboard on the app's page",
        "https://www.alchemy.com/docs/",
        instead="A key that a browser holds needs an allowlist of domains.",
    ),
    "InfuraDetector": _key(
        "Infura API key",
        _USE,
        "in the Infura dashboard on the key's page",
        "https://docs.metamask.io/services/",
        instead="A key that a browser holds needs an allowlist of origins; a server adds the key's secret.",
    ),
    "EtherscanDetector": _key(
        "Etherscan API key",
        _USE,
        "at etherscan.io/myapikey",
        "https://docs.etherscan.io/",
        severity=Severity.MEDIUM,
    ),
}
