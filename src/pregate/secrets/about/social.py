"""What tokens of social networks and media open, and how to make them worthless."""

from __future__ import annotations

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_APP = "act as the application towards the users who trust it"
_POST = "read and post as the account, as the token allows"


def _key(name: str, risk: str, where: str, help_uri: str = "", *prefixes: str) -> Entry:
    """A credential that one replaces at ``where``."""
    revoke = f"Replace it {where}, deploy the new one, and see that the old one is refused."
    return Entry(name, Severity.HIGH, Confidence.HIGH, risk, revoke, help_uri, prefixes=prefixes)


ENTRIES: dict[str, Entry] = {
    "FacebookDetector": _key(
        "Facebook credential",
        f"{_POST}, or {_APP}",
        "at developers.facebook.com in the app's settings, Basic (Reset); a token ends with "
        "`DELETE /me/permissions` or a new password",
        "https://developers.facebook.com/docs/facebook-login/security/",
        "EAA",
    ),
    "InstagramDetector": _key(
        "Instagram access token",
        _POST,
        "by removing the app in the account's settings under Website permissions, and signing in again",
        "https://developers.facebook.com/docs/instagram-platform/",
        *("IGQV", "IGQW", "IGAA"),
    ),
    "TwitterDetector": _key(
        "X (Twitter) credential",
        f"{_POST}, or {_APP}",
        "in the X developer portal under Keys and tokens (Regenerate)",
        "https://docs.x.com/resources/fundamentals/authentication/overview",
    ),
    "LinkedInDetector": _key(
        "LinkedIn credential",
        _APP,
        "in the LinkedIn developer portal on the app's Auth page",
        "https://learn.microsoft.com/linkedin/shared/authentication/authentication",
        *("WPL_AP1.", "WPL_AP0."),
    ),
    "TwitchDetector": _key(
        "Twitch credential",
        f"{_POST}, or {_APP}",
        "at dev.twitch.tv/console (New Secret); end a token with a request to id.twitch.tv/oauth2/revoke",
        "https://dev.twitch.tv/docs/authentication/revoke-tokens/",
    ),
    "SpotifyDetector": _key(
        "Spotify client secret",
        _APP,
        "in the Spotify developer dashboard in the app's settings (Rotate client secret)",
        "https://developer.spotify.com/documentation/web-api/concepts/apps",
    ),
    "FlickrDetector": _key(
        "Flickr secret", _APP, "at flickr.com/services/apps", "https://www.flickr.com/services/api/"
    ),
    "RedditDetector": _key(
        "Reddit client secret",
        _APP,
        "at reddit.com/prefs/apps",
        "https://github.com/reddit-archive/reddit/wiki/OAuth2",
    ),
    "PinterestDetector": _key(
        "Pinterest access token",
        _POST,
        "at developers.pinterest.com/apps",
        "https://developers.pinterest.com/docs/",
        "pina_",
    ),
    "TikTokDetector": _key(
        "TikTok client secret",
        _APP,
        "at developers.tiktok.com on the app's page",
        "https://developers.tiktok.com/",
    ),
    "StravaDetector": _key(
        "Strava secret",
        _APP,
        "at strava.com/settings/api",
        "https://developers.strava.com/docs/authentication/",
    ),
    "ImgurDetector": _key(
        "Imgur secret", _APP, "at imgur.com/account/settings/apps", "https://apidocs.imgur.com/"
    ),
    "VimeoDetector": _key(
        "Vimeo access token",
        _POST,
        "at developer.vimeo.com/apps",
        "https://developer.vimeo.com/api/authentication",
    ),
    "LichessDetector": _key(
        "Lichess token", _POST, "at lichess.org/account/oauth/token", "https://lichess.org/api", "lip_"
    ),
    "BitlyDetector": _key(
        "Bitly access token",
        "read and change the account's links",
        "in Bitly under Settings, API",
        "https://dev.bitly.com/docs/getting-started/authentication/",
    ),
}
