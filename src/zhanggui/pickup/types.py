"""Values that cross the door of pickup points."""

from dataclasses import dataclass

from zhanggui.kernel.i18n import Text


@dataclass(frozen=True, slots=True)
class PickupPoint:
    """A place where buyers fetch their goods.

    `warehouse_id`: the warehouse in the same house, whose goods are there as soon as they are packed (None: goods travel there).
    `keep_days`: how long goods wait for their buyer. `staff`: ids of the colleagues who work there (none: whoever may hand over).
    """

    id: int
    code: str
    name: str
    province: str
    city: str
    address: str
    hours: str
    phone: str
    name_en: str = ""
    district: str = ""
    warehouse_id: int | None = None
    keep_days: int = 7
    active: bool = True
    staff: tuple[int, ...] = ()

    @property
    def title(self) -> Text:
        return Text(self.name, self.name_en or self.name)

    @property
    def place(self) -> str:
        """The whole address on one line."""
        return f"{self.province}{self.city if self.city != self.province else ''}{self.district}{self.address}"


@dataclass(frozen=True, slots=True)
class PointDraft:
    """A pickup point to be kept."""

    name: str
    province: str
    city: str
    address: str
    hours: str = ""
    phone: str = ""
    name_en: str = ""
    district: str = ""
    warehouse_id: int | None = None
    keep_days: int = 7
    active: bool = True
    staff: tuple[int, ...] = ()
