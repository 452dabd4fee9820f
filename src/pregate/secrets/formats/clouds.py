"""Formats of the keys of further clouds: Alibaba, Tencent, IBM, Yandex, Akamai, Backblaze."""

from __future__ import annotations

from pregate.levels import Confidence
from pregate.secrets.formats.model import Format, token
from pregate.secrets.formats.named import END, named
from pregate.secrets.formats.shapes import has_digits, is_mixed, is_varied

_WORD = r"(?<![A-Za-z])"
_NO_BASE64 = r"(?![A-Za-z0-9+/=])"

FORMATS: tuple[Format, ...] = (
    # https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair
    Format(
        "AlibabaDetector",
        ("LTAI",),
        token(r"LTAI(?P<random>[A-Za-z0-9]{12,20})"),
        holds=is_varied,
        entropy=3.0,
    ),
    *named(
        "AlibabaDetector",
        ("aliyun", "alibaba", "alicloud", "ltai", "accesskeysecret", "access_key_secret", "oss_"),
        r"[A-Za-z0-9]{30}",
        names=r"(?:secret[_\-]?(?:access[_\-]?)?key|key[_\-]?secret|secret)",
        service=r"aliyun|alibaba|alicloud|(?<![a-z])oss_|access_?(?=key_?secret)",
        holds=is_mixed,
        entropy=3.8,
    ),
    # https://www.tencentcloud.com/document/product/598
    Format(
        "TencentDetector",
        ("AKID",),
        token(r"AKID(?P<random>[A-Za-z0-9]{32})"),
        holds=is_mixed,
        entropy=3.6,
    ),
    *named(
        "TencentDetector",
        ("tencent", "qcloud", "akid"),
        r"[A-Za-z0-9]{32}",
        names=r"secret[_\-]?key",
        holds=is_mixed,
        entropy=3.8,
    ),
    # https://cloud.ibm.com/docs/account?topic=account-userapikey
    *named(
        "IbmCloudIamDetector",
        ("ibm", "bluemix", "cloud_iam", "cloud-iam", "watson", "ic_api"),
        r"[A-Za-z0-9_\-]{44}",
        service=rf"{_WORD}ibm|bluemix|cloud[_\-]iam|watson|{_WORD}ic_",
        holds=is_mixed,
        entropy=4.0,
    ),
    # https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-uhc-hmac-credentials-main
    *named(
        "IbmCosHmacDetector",
        ("cos_", "cos-", "secret_access_key", "ibm"),
        r"[0-9a-f]{48}",
        service=rf"{_WORD}cos|{_WORD}ibm|{_WORD}(?=secret_access_key)",
        names=r"secret[_\-]?(?:access[_\-]?)?key",
        apart=False,
        holds=has_digits,
    ),
    # https://sldn.softlayer.com/article/authenticating-softlayer-api/
    *named(
        "SoftlayerDetector",
        ("softlayer", "sl_api"),
        r"[a-z0-9]{64}",
        service=rf"softlayer|{_WORD}sl_api",
        apart=False,
        holds=has_digits,
    ),
    Format(
        "SoftlayerDetector",
        ("api.softlayer.com/soap/v3",),
        r"api\.softlayer\.com/soap/v3(?:\.1)?/(?P<value>[a-z0-9]{64})(?![A-Za-z0-9_])",
        holds=has_digits,
        entropy=3.0,
    ),
    # https://cloud.ibm.com/docs/Cloudant?topic=Cloudant-api-overview
    *named("CloudantDetector", ("cloudant",), r"(?:[0-9a-f]{64}|[a-z]{24})", apart=False),
    Format(
        "CloudantDetector",
        (".cloudant", ".cloudantnosqldb"),
        r"//[\w\-]{1,64}:(?P<value>[0-9a-f]{64}|[a-z]{24})@[\w\-]{1,64}\.cloudant(?:\.com|nosqldb\.)",
        entropy=3.0,
    ),
    # https://yandex.cloud/en/docs/iam/concepts/authorization/
    Format(
        "YandexDetector",
        ("AQVN",),
        token(r"AQVN(?P<random>[A-Za-z0-9_\-]{35,38})", end=END),
        entropy=3.8,
    ),
    Format(
        "YandexDetector",
        ("t1.",),
        token(r"t1\.(?P<random>[A-Za-z0-9_\-]{6,400}={0,2}\.[A-Za-z0-9_\-]{86})={0,2}", end=END),
        entropy=4.0,
    ),
    Format(
        "YandexDetector",
        ("y0_", "y1_", "y2_"),
        token(r"y[0-3]_(?P<random>[A-Za-z0-9_\-]{50,64})", end=END),
        holds=is_mixed,
        entropy=4.0,
    ),
    *named(
        "YandexDetector",
        ("yandex", "yc_", "yc-", "aws_secret_access_key"),
        r"YC[A-Za-z0-9_\-]{38}",
        service=rf"yandex|{_WORD}yc|aws",
        names=r"(?:key|secret)",
        holds=is_mixed,
        entropy=3.8,
    ),
    # https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials
    *named(
        "AkamaiDetector",
        ("akamai", "akab-", "edgegrid"),
        r"[A-Za-z0-9+/]{43}=",
        names=r"client[_\-]?secret",
        end=_NO_BASE64,
        holds=is_mixed,
        entropy=4.0,
    ),
    Format(
        "AkamaiDetector",
        ("akab-",),
        token(r"akab-(?P<random>[a-z0-9]{16}-[a-z0-9]{16})", end=r"(?![\w\-]|\.luna)"),
        near=("token",),
        entropy=3.4,
        confidence=Confidence.MEDIUM,
    ),
    # https://www.backblaze.com/docs/cloud-storage-application-keys
    *named(
        "BackblazeDetector",
        ("b2_", "b2-", "backblaze"),
        r"K00\d[A-Za-z0-9/+]{27}",
        service=rf"backblaze|{_WORD}b2",
        end=_NO_BASE64,
        holds=is_mixed,
        entropy=3.6,
    ),
)
