"""What staff roles can be allowed to do in purchasing.

None ends in `.view`: purchase prices are not everybody's business who may see the rest of the mall.
"""

from zhanggui.kernel.i18n import Text

READ = "procurement.read"
MANAGE = "procurement.manage"
APPROVE = "procurement.approve"
APPROVE_LARGE = "procurement.approve_large"
RECEIVE = "procurement.receive"
PAY = "procurement.pay"
VOID = "procurement.void"

PERMISSIONS = {
    READ: Text("查看供应商、采购单与进价", "See suppliers, purchase orders and purchase prices"),
    MANAGE: Text(
        "管理供应商、协议价、招标，起草和发出采购单",
        "Manage suppliers, agreements and tenders; draft and send purchase orders",
    ),
    APPROVE: Text("批准限额内的采购单", "Approve purchase orders within the limit"),
    APPROVE_LARGE: Text("批准大额与外币采购单", "Approve large purchase orders and those in other currencies"),
    RECEIVE: Text("到货验收，退货给供应商", "Receive and inspect deliveries; return goods to suppliers"),
    PAY: Text("登记供应商发票与付款", "Record suppliers' invoices and payments"),
    VOID: Text("冲销供应商付款", "Void payments to suppliers"),
}
