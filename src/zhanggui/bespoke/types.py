"""What a product asks its buyer for, and what he answered."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

TEXT, CHOICE, NUMBER, DATE, PHOTO = "text", "choice", "number", "date", "photo"
KINDS = {
    TEXT: Text("文字", "Text"),
    CHOICE: Text("选项", "Choice"),
    NUMBER: Text("尺寸或数值", "Size or number"),
    DATE: Text("日期", "Date"),
    PHOTO: Text("照片", "Photo"),
}
#: Which characters a text may have, and how that is said.
ALLOWED = {
    "any": Text("不限", "any"),
    "letters": Text("英文字母、数字、空格", "letters, digits and spaces"),
    "digits": Text("数字", "digits"),
    "han": Text("汉字", "Chinese characters"),
    "names": Text("汉字、英文字母、数字、空格和 · . & -", "Chinese characters, letters, digits, spaces and · . & -"),
}
MOST_FIELDS, MOST_CHOICES, MOST_SURCHARGE = 20, 40, 10**8


class Choice(NamedTuple):
    """`value` is what is kept; `surcharge` in minor units a piece."""

    value: str
    zh: str
    en: str = ""
    surcharge: int = 0

    @property
    def name(self) -> Text:
        return Text(self.zh, self.en or self.zh)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing asked for. `surcharge` (minor units a piece) is for whatever is answered here; a choice has one of its own besides.

    Of a text `most` is its length and `allowed` one of ALLOWED; of a number `least`, `most` and `step` are in `unit`, as decimals; of
    a date `least` is how many days from today it may be at the earliest.
    """

    key: str
    kind: str
    zh: str
    en: str = ""
    help_zh: str = ""
    help_en: str = ""
    required: bool = False
    surcharge: int = 0
    least: str = ""
    most: str = ""
    step: str = ""
    unit: str = ""
    allowed: str = "any"
    choices: tuple[Choice, ...] = ()

    @property
    def name(self) -> Text:
        return Text(self.zh, self.en or self.zh)

    @property
    def help(self) -> Text:
        return Text(self.help_zh, self.help_en or self.help_zh)


@dataclass(frozen=True, slots=True)
class Form:
    """What a product asks for, and how many are made a day (None: as many as are bought). `version` tells the second of two editors."""

    product_id: int
    fields: tuple[Field, ...] = ()
    daily: int | None = None
    version: int = 0


class Settled(NamedTuple):
    """Answers that fit a form: as they are kept, as they are told on papers, and what they cost a piece."""

    answers: dict[str, str]
    told: list[dict[str, Any]]
    surcharge: int
