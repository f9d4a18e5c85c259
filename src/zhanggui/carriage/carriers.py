"""The carriers a mall in mainland China starts with, and self-pickup. Codes as 快递鸟 uses them, service numbers as published."""

from .types import CarrierView

PICKUP = "PICKUP"
SHIPPED = (
    CarrierView("SF", "顺丰速运", "SF Express", "95338", 10, True),
    CarrierView("JD", "京东快递", "JD Logistics", "950616", 20, True),
    CarrierView("ZTO", "中通快递", "ZTO Express", "95311", 30, True),
    CarrierView("YTO", "圆通速递", "YTO Express", "95554", 40, True),
    CarrierView("YD", "韵达速递", "Yunda Express", "95546", 50, True),
    CarrierView("STO", "申通快递", "STO Express", "95543", 60, True),
    CarrierView("JTSD", "极兔速递", "J&T Express", "956025", 70, True),
    CarrierView("EMS", "EMS", "EMS", "11183", 80, True),
    CarrierView("YZPY", "邮政快递包裹", "China Post parcel", "11183", 90, True),
    CarrierView("DBL", "德邦快递", "Deppon Express", "95353", 100, True),
    CarrierView("CNSD", "菜鸟速递", "Cainiao Express", "", 110, True),
    CarrierView("UC", "优速快递", "UC Express", "", 120, True),
    CarrierView(PICKUP, "到店自提", "Self-pickup", "", 900, True),
)
