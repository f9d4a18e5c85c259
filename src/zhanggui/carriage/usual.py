"""Values a mall may start from: lanes of the shipped carriers as their published lists and practice have them, seen from East China.

They are put in at a click (or by the demo) and are the mall's own rows from then on; nothing reads them otherwise.
"""

from .types import Lane

NEAR = ("上海", "江苏", "浙江", "安徽")
MIDDLE = ("北京", "天津", "河北", "山东", "河南", "湖北", "湖南", "江西", "福建", "广东")
OUTER = ("山西", "陕西", "辽宁", "吉林", "黑龙江", "重庆", "四川", "贵州", "云南", "广西", "海南")
FAR = ("内蒙古", "甘肃", "青海", "宁夏", "新疆", "西藏")
ABROAD = ("香港", "澳门", "台湾")
#: Where only the road of the post and of a few leads.
FARTHEST = ("新疆", "西藏")

#: Of each carrier: for near, middle, outer, far, farthest (days from, to, first kilogram, further kilogram), fen; None: not served.
_Zone = tuple[int, int, int, int] | None
_TABLE: dict[str, tuple[_Zone, _Zone, _Zone, _Zone, _Zone]] = {
    "SF": ((1, 1, 1200, 200), (1, 2, 1800, 600), (2, 3, 2000, 900), (2, 4, 2200, 1200), (3, 5, 2400, 1800)),
    "JD": ((1, 2, 1000, 200), (1, 2, 1400, 500), (2, 3, 1600, 700), (3, 5, 2000, 1200), (4, 7, 2400, 1800)),
    "ZTO": ((1, 2, 450, 100), (2, 3, 550, 200), (3, 4, 650, 300), (4, 6, 1200, 900), (6, 9, 2000, 1600)),
    "YTO": ((1, 2, 430, 100), (2, 3, 530, 200), (3, 5, 620, 300), (4, 7, 1200, 900), (6, 10, 2000, 1600)),
    "YD": ((1, 2, 420, 100), (2, 3, 520, 200), (3, 5, 600, 280), (4, 7, 1100, 900), (6, 10, 1900, 1600)),
    "STO": ((1, 2, 430, 100), (2, 3, 530, 200), (3, 5, 620, 300), (4, 7, 1200, 900), None),
    "JTSD": ((1, 2, 400, 100), (2, 4, 500, 200), (3, 5, 600, 300), (5, 8, 1200, 900), None),
    "EMS": ((1, 2, 1200, 300), (2, 3, 1500, 600), (2, 4, 1800, 900), (3, 5, 2000, 1200), (4, 7, 2300, 1700)),
    "YZPY": ((2, 3, 500, 120), (3, 5, 650, 250), (4, 6, 750, 350), (5, 8, 1000, 700), (7, 12, 1500, 1200)),
    "DBL": ((1, 2, 1000, 150), (2, 3, 1200, 250), (3, 4, 1400, 350), (4, 7, 1900, 800), (6, 9, 2600, 1400)),
    "CNSD": ((1, 2, 500, 120), (2, 3, 600, 220), (3, 5, 750, 320), None, None),
    "UC": ((1, 2, 460, 110), (2, 4, 580, 220), (3, 5, 700, 320), None, None),
}  # fmt: skip
CARRIERS = tuple(_TABLE)
REMOTE_RULE = ("偏远地区走顺丰", "SF")


def lanes(carrier: str) -> tuple[Lane, ...]:
    """The usual lanes of a shipped carrier; none for one the mall made itself."""
    found: list[Lane] = []
    zones = _TABLE.get(carrier)
    if zones is None:
        return ()
    near, middle, outer, far, farthest = zones
    for provinces, zone in ((NEAR, near), (OUTER, outer), (FAR, far)):
        for province in provinces:
            found.append(_lane(carrier, province, farthest if province in FARTHEST else zone))
    found.extend(_lane(carrier, province, None) for province in ABROAD)
    return (_lane(carrier, "", middle), *found)


def _lane(carrier: str, province: str, zone: _Zone) -> Lane:
    if zone is None:
        return Lane(carrier, province, served=False)
    days_min, days_max, first, step = zone
    # five of the country's carriers add a charge for the far ones; SF and the post have it in their prices
    extra = 300 if province in FAR and carrier not in ("SF", "JD", "EMS", "YZPY", "DBL") else 0
    return Lane(
        carrier, province, True, days_min, days_max, province in FAR and carrier != "SF", 1000, first, 1000, step, extra
    )
