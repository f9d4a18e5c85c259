"""Human texts, both languages side by side, so that neither can be forgotten (ADR 0003)."""

from dataclasses import dataclass
from typing import Any

ZH, EN = "zh-Hans", "en"
LANGUAGES = (ZH, EN)


@dataclass(frozen=True, slots=True)
class Text:
    """A message in both languages; `{name}` places are filled by `render`."""

    zh: str
    en: str

    def render(self, lang: str = ZH, /, **params: Any) -> str:
        template = self.en if lang == EN else self.zh
        # Without params there is nothing to fill: braces are somebody's own words.
        return template.format_map(_Known(params)) if params and "{" in template else template

    def __str__(self) -> str:
        return self.zh


class _Known(dict[str, Any]):
    """A place without a value stays visible instead of raising in an error path."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def pick_language(accept_language: str | None) -> str:
    """The language of an `Accept-Language` header: zh-Hans unless English is wanted more."""
    best, best_quality = ZH, -1.0
    for part in (accept_language or "")[:200].lower().split(","):
        tag, _, parameters = part.strip().partition(";")
        language = ZH if tag.startswith("zh") else EN if tag.startswith("en") else None
        if language is None:
            continue
        quality = _quality(parameters)
        if quality > best_quality and quality > 0:
            best, best_quality = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
