"""Reads a kind's configuration and collects every fault, so that the editor can show all of them at once."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS
from zhanggui.kernel.problems import FieldError

#: No single price, threshold or discount is above a hundred million yuan; keeps sums far inside bigint.
MOST_MONEY = 10_000_000_000
#: Nor does a rule ask for more pieces.
MOST_PIECES = 100_000


#: What the fields are called of which exactly one is given.
FIELDS: dict[str, Text] = {
    "off_basis_points": Text("优惠百分比", "per cent off (off_basis_points)"),
    "price": Text("一口价", "a fixed price (price)"),
    "off": Text("减多少", "an amount off (off)"),
    "cap": Text("最多减多少", "at most so much (cap)"),
    "threshold": Text("满多少金额", "an amount to spend (threshold)"),
    "pieces": Text("满几件", "so many pieces (pieces)"),
    "steps": Text("档位", "steps (steps)"),
    "every": Text("每满", "for every such amount (every)"),
}


class ConfigFaults(ValueError):
    """The configuration is not valid; `errors` says where and how to mend it."""

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.loc}: {error.code}" for error in errors))


class Reader:
    """One object of the configuration at path `loc`. A faulty value is reported and read as 0 or empty."""

    def __init__(self, config: object, loc: str = "config", faults: list[FieldError] | None = None) -> None:
        self.loc = loc
        self.faults: list[FieldError] = [] if faults is None else faults
        self.config: Mapping[str, Any] = {}
        if isinstance(config, Mapping):
            self.config = config
        else:
            self.fault("", "type", Text("应为一个对象", "must be an object"))

    def fault(self, field: str, code: str, message: Text) -> None:
        self.faults.append(FieldError(self._path(field), code, message))

    def _path(self, field: str) -> str:
        return ".".join(part for part in (self.loc, field) if part)

    def done(self) -> None:
        """Raise what was found."""
        if self.faults:
            raise ConfigFaults(self.faults)

    def only(self, fields: Iterable[str]) -> None:
        """Report every field that is not one of these."""
        known = tuple(fields)
        for name in self.config:
            if name not in known:
                names = ", ".join(known)
                self.fault(
                    str(name)[:40],
                    "unknown_field",
                    Text(f"没有这个字段，可用：{names}", f"no such field; there are: {names}"),
                )

    def has(self, field: str) -> bool:
        return self.config.get(field) is not None

    def one_of(self, *fields: str) -> str:
        """The single one of these fields that is given; reports none or several."""
        given = [field for field in fields if self.has(field)]
        if len(given) != 1:
            zh = "、".join(f"“{FIELDS[field].zh}”" for field in fields)
            en = ", ".join(FIELDS[field].en for field in fields)
            self.fault("", "choose_one", Text(f"{zh}须填且只填一项", f"give exactly one of: {en}"))
            return ""
        return given[0]

    def integer(self, field: str, low: int, high: int) -> int:
        value = self.config.get(field)
        if isinstance(value, bool) or not isinstance(value, int):
            code = "required" if value is None else "type"
            self.fault(field, code, Text("请填写整数", "must be a whole number"))
            return 0
        if not low <= value <= high:
            self.fault(field, "range", Text(f"应在 {low} 到 {high} 之间", f"must be between {low} and {high}"))
            return 0
        return value

    def money(self, field: str, low: int = 1) -> int:
        """An amount in minor units; those who read of a fault may have typed it in major ones."""
        value = self.config.get(field)
        if isinstance(value, int) and not isinstance(value, bool) and not low <= value <= MOST_MONEY:
            small = Text("应大于 0", "must be above 0") if low == 1 else Text("不能小于 0", "must not be below 0")
            self.fault(field, "range", small if value < low else Text("金额太大", "is too large an amount"))
            return 0
        if value is None:
            self.fault(field, "required", Text("请填写金额", "must be an amount"))
            return 0
        return self.integer(field, low, MOST_MONEY)

    def optional_money(self, field: str, low: int = 1) -> int | None:
        return self.money(field, low) if self.has(field) else None

    def basis_points(self, field: str) -> int:
        """A share of a price: 1 to 10 000 (100 %)."""
        if self.config.get(field) is None:
            self.fault(field, "required", Text("请填写百分比", "must be a share of the price"))
            return 0
        return self.integer(field, 1, BASIS)

    def sku(self, others: Container[int]) -> int:
        """A SKU, in the field that is called so everywhere (`config_skus` finds it); once among `others`."""
        sku = self.integer("sku", 1, 2**63 - 1)
        if sku in others:
            self.fault("sku", "twice", Text("同一商品只能出现一次", "each SKU only once"))
        return sku

    def rising(self, field: str, before: int, value: int) -> None:
        """Report a value that is not above the one of the step before."""
        if 0 < value <= before:
            self.fault(field, "not_rising", Text("必须逐级增加", "must be above the step before"))

    def times(self) -> int:
        """How often in one cart; 0 where nothing is said: without bound."""
        return self.integer("times", 1, MOST_PIECES) if self.has("times") else 0

    def objects(self, field: str, most: int) -> list["Reader"]:
        """A list of objects, at least one and at most `most`."""
        value = self.config.get(field)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            few = Text("请至少填写一项", "needs at least one")
            self.fault(field, "range", Text(f"最多 {most} 项", f"must be a list of at most {most}") if value else few)
            return []
        return [Reader(item, f"{self._path(field)}.{position}", self.faults) for position, item in enumerate(value)]

    def flag(self, field: str) -> bool:
        """Yes or no; absent means no."""
        value = self.config.get(field, False)
        if not isinstance(value, bool):
            self.fault(field, "type", Text("应为 true 或 false", "must be true or false"))
            return False
        return value

    def names(self, field: str, most: int) -> frozenset[str]:
        """A list of short words; absent means none."""
        value = self.config.get(field)
        if value is None:
            return frozenset()
        right = isinstance(value, list) and all(isinstance(item, str) and 0 < len(item.strip()) <= 40 for item in value)
        if not right or len(value) > most:
            self.fault(field, "names", Text(f"应为最多 {most} 个名称的列表", f"must be a list of at most {most} names"))
            return frozenset()
        return frozenset(item.strip() for item in value)

    def ids(self, field: str, most: int) -> frozenset[int]:
        """A list of ids; absent means none."""
        value = self.config.get(field)
        if value is None:
            return frozenset()
        right = isinstance(value, list) and all(
            isinstance(item, int) and not isinstance(item, bool) and 0 < item < 2**63 for item in value
        )
        if not right or len(value) > most:
            self.fault(field, "ids", Text(f"应为最多 {most} 个编号的列表", f"must be a list of at most {most} ids"))
            return frozenset()
        return frozenset(value)


def config_skus(config: object, loc: str = "config") -> Iterable[tuple[str, int]]:
    """Every SKU that a configuration names, with its place in it."""
    if isinstance(config, Mapping):
        for name, value in config.items():
            if name == "sku" and isinstance(value, int):
                yield f"{loc}.sku", value
            else:
                yield from config_skus(value, f"{loc}.{name}")
    elif isinstance(config, list):
        for position, item in enumerate(config):
            yield from config_skus(item, f"{loc}.{position}")
