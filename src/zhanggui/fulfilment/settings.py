"""What the papers of the warehouse say of the mall, and the paper they are printed on."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

#: Width × height in mm, as the rolls of thermal printers are sold.
LABEL_SIZES = ("76x130", "100x180")
SLIP_SIZES = ("a5", "a4")

SETTINGS = [
    Setting(
        "fulfilment.sender_name",
        "",
        "text",
        Text("面单寄件人；不填则用商城名称", "Sender on waybill labels; the name of the mall where empty"),
        optional=True,
    ),
    Setting(
        "fulfilment.sender_phone",
        "",
        "text",
        Text("面单寄件电话", "Phone of the sender on waybill labels"),
        optional=True,
    ),
    Setting(
        "fulfilment.sender_address",
        "",
        "text",
        Text("面单寄件地址，退件寄回这里", "Address of the sender on waybill labels: where parcels come back to"),
        optional=True,
    ),
    Setting(
        "fulfilment.label_size",
        "76x130",
        "text",
        Text("面单纸尺寸（毫米）", "Paper of waybill labels, in millimetres"),
        choices=LABEL_SIZES,
    ),
    Setting("fulfilment.slip_size", "a5", "text", Text("发货清单纸张", "Paper of packing slips"), choices=SLIP_SIZES),
]
