"""
What stands before and between names and values, in the syntaxes of languages, settings and commands.

Every repetition is bounded. The patterns are matched at one place each, and those that are large are compiled
when they are first needed.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def connection() -> re.Pattern[str]:
    """What stands between a name and its value: closing quotes, a type, and the sign that assigns."""
    return re.compile(
        r"(?P<close>(?:\\{0,3}[\"'`]|[\])}]|\[[0-9]{0,4}\]|\?|&quot;|\*\*){0,3})"
        r"(?:(?P<tag>>)"
        r"|[ \t]{0,60}(?:"
        r"(?P<typed>:[ \t]{0,4}[A-Za-z&][\w.\[\]<>|?*&]{0,40}[ \t]{0,4}=(?![=>])"
        r"|(?:string|String|str|NSString|char|[aA]s[ \t]{1,4}[A-Z]\w{0,20})[ \t]{1,4}:?=(?!=))"
        r"|(?P<getter>\{[ \t]{0,4}get;[^{}\n]{0,40}\}[ \t]{0,4}=)"
        r"|(?P<equals>\.(?:[eE]quals|eq|equalsIgnoreCase|to_eq|compareTo)\([ \t]{0,4}"
        r"|[!=]==?(?!>)|=~|<>|\b(?:eq|ne|to eq|toBe)\b[ \t(])"
        r"|(?P<sign>:=|=>|=|::?|->|<-|\?\?=|\|\|=|\+=|-eq\b)"
        r"|(?P<comma>,)|(?P<call>\(|\{(?=[ \t]?[\"']))"
        r"|(?P<attribute>[ \t](?:[\w:-]{1,20}=\\?[\"'][^\"'\n]{0,40}\\?[\"'][ \t]{1,4}){0,2}"
        r"(?:android:)?[vV]alue[ \t]{0,4}=)"
        r"))"
    )


@cache
def wrapper() -> re.Pattern[str]:
    """What may stand before a string in code that leaves it what it is, or gives it where another is not."""
    return re.compile(
        r"[ \t]{0,20}(?:\\?\r?\n[ \t]{0,60})?(?:"
        r"(?:[\w.$]{0,30}(?:getenv|Getenv|environ\.get|[eE]nv|ENV\.fetch|environ|"
        r"config|get|getOrElse|fetch|getProperty|lookup)"
        r"\([ \t]{0,4}[\"'][\w.:/-]{1,60}[\"'],[ \t]{0,4}(?:default[ \t]?=[ \t]?)?)"
        r"|(?:[\w.$]{1,60}(?:\[[\"'][\w.-]{1,60}[\"']\])?(?:\([\"'][\w.-]{1,60}[\"']\))?[ \t]{1,4}"
        r"(?:\|\||\?\?|or|\?:|:-)[ \t]{1,4}))?"
        r"(?:(?:\[\]byte|bytes?|bytearray|String|str|SecretStr|Secret|"
        r"Buffer\.from|Optional\.of|Some|new String|"
        r"[bB]64decode|base64\.b64decode|unhexlify|bytes\.fromhex|fromhex|aws\.String|to_s|NSString|std::string|"
        r"QString|_T|TEXT|SecretValue\.(?:unsafeP|p)lainText|(?:Secret)?String::from|Secret::new|"
        r"convertToSecureString|ConvertTo-SecureString|SecureString|encode|u8)[ \t]{0,2}\(?"
        r"|\[|\(|&|@|new[ \t]|r?#?(?=\")){0,3}"
        r"[ \t\n]{0,8}(?:-String[ \t]{1,3})?(?P<prefix>[bBuUrRfFL@]{0,2})(?P<quote>\\{0,3}[\"'`]|&quot;)"
    )


@cache
def pair() -> re.Pattern[str]:
    """Between the name in ``name: X`` and the value of ``value: …`` after it, over two lines at most."""
    return re.compile(
        r"\\?[\"']?[ \t]{0,4},?[ \t]{0,4}(?:\r?\n[ \t]{0,60})?\\?[\"']?"
        r"(?:value|Value|VALUE|defaultValue|default)"
        r"\\?[\"']?[ \t]{0,4}[:=][ \t]{0,4}"
    )


_SOURCES: dict[str, tuple[str, int]] = {
    "NAMED": (
        (
            r"(?:name|Name|NAME|key|Key|id|variable)\\?[\"']?[ \t]{0,4}[:=][ \t]{0,4}\\?[\"']?"
            r"(?:[\w-]{1,20}\.){0,2}$"
        ),
        0,
    ),
    "BEFORE_ARGUMENT": (
        (
            r"(?:^|\n)[ \t]{0,20}(?:ENV|ARG|setenv|setx|SetEnv|#[ \t]{0,4}define|set(?: -[a-zA-Z]{1,3})?|env|"
            r"define|fastcgi_param|proxy_set_header|RequestHeader set|-?-)[ \t]{1,8}$|\(def[ \t]{1,4}$"
        ),
        0,
    ),
    "ARGUMENT": (
        r"[ \t]{1,20}(?P<quote>@?\\?[\"'])?(?P<value>[^\s\"'`;,<>(){}|&]{4,200})",
        0,
    ),
    "DIRECTIVE": (
        r"[ \t]{1,40}(?P<value>[^\s\"'`;,<>(){}|&=]{4,200})(?=[ \t]{0,20}(?:$|\n))",
        0,
    ),
    "QUOTED": (
        r"[ \t]{1,20}(?P<quote>[\"'])(?P<value>[^\"'\n]{4,200})(?P=quote)(?=[ \t]{0,20}(?:$|[\n;}]))",
        0,
    ),
    "LINE": (
        r"(?:^|[\n{;])[ \t]{0,38}:?$",
        0,
    ),
    "PARAMETER": (
        (
            r"[\"']?[ \t]{0,4}:\s{0,40}(?:\{\s{0,40})?"
            r"(?:[\"']?(?:Type|Description|NoEcho|M(?:in|ax)Length|AllowedPattern|ConstraintDescription)[\"']?"
            r"[ \t]{0,4}:[^\n,]{0,160}[,\n]\s{0,40}){1,6}[\"']?Default[\"']?[ \t]{0,4}:[ \t]{0,4}"
        ),
        0,
    ),
    "ARGUMENT_DEFAULT": (
        r"[\"'](?:,[^,()\n]{0,100}){0,5}?,\s{0,60}default[ \t]{0,2}=[ \t]{0,2}",
        0,
    ),
    "VARIABLE_PATH": (
        r"\$\{[\w.-]{0,36}$",
        0,
    ),
    "TAG": (
        r"<(?:script|style|link)[ \t][^<>]{0,30}$",
        0,
    ),
    "FURTHER": (
        r",[\w.\[\]-]{1,80}=",
        0,
    ),
    "NEXT_ITEM": (
        r"[\"']?,?\n[ \t]{0,40}-[ \t]{1,4}[\"']?(?P<value>(?!-)[^\s\"'`<>(){}|&]{4,200})",
        0,
    ),
    "BLOCK": (
        r"[ \t]{0,4}[|>][+-]?[ \t]{0,4}\n[ \t]{1,40}(?P<value>[^\s\"'`<>]{4,512})(?=[ \t]{0,20}(?:\n|$))",
        0,
    ),
    "SQL": (
        r"(?:[ \t]{1,4}|[ \t]{0,4}\([ \t]{0,2})'(?P<value>[^'\n]{4,120})'",
        0,
    ),
    "PLAIN": (
        (
            r"[ \t]{0,20}(?P<value>[^\s\"'`<>][^\s\"'`<>]{3,512})"
            r"(?=[ \t]{0,40}(?:$|\n|\r|\\)|[ \t]{1,40}(?:#|//|--))"
        ),
        re.MULTILINE,
    ),
    "WORD": (
        r"[ \t]{0,2}(?P<value>[^\s\"'`<>&;,\\(){}]{4,512})",
        0,
    ),
    "ITEM": (
        r"[ \t]{0,4}(?P<value>[^\s\"'`<>&;,\\(){}\[\]]{4,512})",
        0,
    ),
    "TEXT": (
        r"[ \t]{0,8}(?:<!\[CDATA\[)?(?P<value>[^<>\s\]]{4,512})[ \t]{0,8}(?:\]\]>)?</",
        0,
    ),
    "INNER": (
        r"[^<>\n]{0,60}>\s{0,40}(?:<[a-z]{1,12}>)?[ \t]{0,4}(?P<value>[^<>\s]{4,512})[ \t]{0,4}</",
        0,
    ),
    "NEXT_ELEMENT": (
        r"(?:</(?:key|name|string)>|[\"'][^<>\n]{0,60}>)\s{0,40}<(?:string|value|data)>(?P<value>[^<>\s]{4,512})</",
        0,
    ),
    "VARIABLE": (
        r"variable[ \t]{1,4}\"$",
        0,
    ),
    "DEFAULT": (
        r"\"\s{0,4}\{[^{}]{0,300}?\bdefault[ \t]{0,12}=[ \t]{0,4}",
        0,
    ),
    "SETTER": (
        r"(?:set\w{0,20}|put\w{0,20}|define|add\w{0,20}|env|property)\([ \t]{0,4}\\?[\"']$",
        re.IGNORECASE,
    ),
    "RESOURCE": (
        r"[:/][0-9]{12}:$",
        0,
    ),
    "SENTENCE": (
        r"[`*\"']{0,3} (?:to|is|as|with|equals) (?P<quote>[`\"'])(?P<value>[^\s`\"']{6,200})(?P=quote)",
        0,
    ),
    "BADGE": (
        r"badge|\.svg\?",
        0,
    ),
    "OR": (
        r"(?::?[-=]|:)(?P<value>[^\s}\"'$]{4,200})\}",
        0,
    ),
}


def __getattr__(name: str) -> re.Pattern[str]:
    """The pattern of a name in capitals, compiled when it is first asked for."""
    if name not in _SOURCES:
        raise AttributeError(name)
    pattern = globals()[name] = re.compile(*_SOURCES[name])
    return pattern
