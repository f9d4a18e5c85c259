"""How people are reached: mobile numbers and mail addresses in one normal form, and masked for other eyes."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from .problems import ValidationFailed

_MAINLAND = re.compile(r"1[3-9]\d{9}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SEPARATORS = re.compile(r"[\s\-().]")
_valid_email = EmailValidator()


def normal_mobile(text: str, loc: str = "mobile") -> str:
    """Mainland numbers as 11 digits (with or without +86), all others as E.164 (`+85291234567`).

    Raises ValidationFailed. Source: E.164, and the mainland's numbering plan (11 digits, 13 to 19 in front).
    """
    compact = _SEPARATORS.sub("", text[:40]) if text.isascii() else ""
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    mainland = compact.removeprefix("+86") if compact.startswith("+86") else compact
    if _MAINLAND.fullmatch(mainland):
        return mainland
    if _E164.fullmatch(compact) and not compact.startswith("+86"):
        return compact
    raise ValidationFailed.one(
        loc,
        "mobile",
        "请填写 11 位手机号，境外号码请以 + 和国家代码开头",
        "give 11 digits, or + and the country code for numbers abroad",
    )


def normal_email(text: str, loc: str = "email") -> str:
    """Trimmed and in lower case. Raises ValidationFailed."""
    email = text.strip().lower()
    try:
        if len(email) > 254 or not email.isprintable():
            raise ValidationError("too long")
        _valid_email(email)
    except ValidationError:
        raise ValidationFailed.one(loc, "email", "邮箱地址不正确", "not a mail address") from None
    return email


def mask_mobile(mobile: str | None) -> str:
    """`138****1234`; the last four of numbers abroad."""
    if not mobile:
        return ""
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) >= 8 else "****"


def mask_email(email: str | None) -> str:
    """`z***@example.com`."""
    name, at, domain = (email or "").partition("@")
    return f"{name[:1]}***@{domain}" if at else ""


def mask_name(name: str | None) -> str:
    """The first character only: `王**`."""
    return f"{name[0]}**" if name else ""


def clean_text(text: str, loc: str, maximum: int, *, required: bool = True, lines: bool = False) -> str:
    """One line (or several) of human text: trimmed, at most `maximum` characters, no control characters.

    Raises ValidationFailed naming `loc`. Emoji, right-to-left text and markup are text like any other.
    """
    value = text.strip()
    if required and not value:
        raise ValidationFailed.one(loc, "required", "请填写此项", "this field is required")
    if len(value) > maximum:
        raise ValidationFailed.one(loc, "too_long", f"最多 {maximum} 个字", f"at most {maximum} characters")
    if any(
        (ord(c) < 32 and not (lines and c in "\n\r\t")) or ord(c) == 127 or 0xD800 <= ord(c) <= 0xDFFF for c in value
    ):
        raise ValidationFailed.one(loc, "characters", "含有不可用的控制字符", "contains control characters")
    return value
