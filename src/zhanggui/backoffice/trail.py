"""The audit log in words: what was done, to what, and its values as people read them.

The log keeps codes, ids and minor units. What nobody has described here is shown as it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhanggui.accounts import selectors as accounts
from zhanggui.aftersales import selectors as aftersales
from zhanggui.analytics import selectors as analytics
from zhanggui.catalog import selectors as catalog
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.members.types import CONTACT_KINDS
from zhanggui.promotions import selectors as promotions
from zhanggui.ui import formatting, language
from zhanggui.ui.language import say

from . import exports, goods, naming, offers, purchasing
from .orders import CASE_KINDS, CASE_STATES, refund_reason

SHOWN_MOST = 300  # characters of a value; the whole is in the export

ACTIONS: dict[str, Text] = {
    "accounts.acknowledge_duties": Text("确认岗位职责", "Read the duties"),
    "accounts.create_staff": Text("添加员工", "Added a colleague"),
    "accounts.delete_role": Text("删除角色", "Deleted a role"),
    "accounts.end_session": Text("退出一处登录", "Ended a session"),
    "accounts.first_manager": Text("建立首个店长账号", "Made the first manager"),
    "accounts.issue_client": Text("新建渠道客户端", "Made a program"),
    "accounts.issue_token": Text("签发令牌", "Issued a token"),
    "accounts.put_duties": Text("修改岗位职责", "Changed duties"),
    "accounts.put_role": Text("修改角色权限", "Changed a role"),
    "accounts.rename_staff": Text("修改员工姓名", "Renamed a colleague"),
    "accounts.renew_recovery_codes": Text("更换恢复码", "Renewed recovery codes"),
    "accounts.reset_two_factor": Text("重置两步验证", "Reset two-factor"),
    "accounts.revoke_client": Text("停用渠道客户端", "Revoked a program"),
    "accounts.revoke_token": Text("吊销令牌", "Revoked a token"),
    "accounts.set_active": Text("启用或停用账号", "Switched an account"),
    "accounts.set_password": Text("修改密码", "Changed a password"),
    "accounts.set_roles": Text("修改员工角色", "Changed roles"),
    "accounts.sign_out_everywhere": Text("退出全部登录", "Signed out everywhere"),
    "accounts.two_factor_off": Text("关闭两步验证", "Two-factor off"),
    "accounts.two_factor_on": Text("开启两步验证", "Two-factor on"),
    "aftersales.approve": Text("同意售后", "Approved"),
    "aftersales.arrived": Text("退货到达", "The return arrived"),
    "aftersales.confirm_back": Text("寄回的商品已送达", "The goods are back with the buyer"),
    "aftersales.lapse": Text("逾期自动处理", "Came by itself"),
    "aftersales.refund_instead": Text("改为退款", "Money instead"),
    "aftersales.send_on": Text("寄回买家", "Sent to the buyer again"),
    "aftersales.close": Text("售后完成", "Closed"),
    "aftersales.guarantee": Text("价保退差价", "Paid a difference of price"),
    "aftersales.receive_return": Text("验收退货", "Received a return"),
    "aftersales.refund": Text("发起退款", "Began the refund"),
    "aftersales.refund_failed": Text("退款失败", "The refund failed"),
    "aftersales.reject": Text("拒绝售后", "Refused"),
    "aftersales.request": Text("申请售后", "Asked for"),
    "aftersales.send_back": Text("买家寄回", "Sent back"),
    "aftersales.withdraw": Text("撤销售后", "Withdrawn"),
    "carriage.accept_lines": Text("核定承运商账单行", "Judged lines of a carrier’s bill"),
    "carriage.add_bill": Text("导入承运商账单", "Took a carrier’s bill in"),
    "carriage.settle_bill": Text("结算承运商账单", "Settled a carrier’s bill"),
    "carriage.set_scores": Text("更新承运商评分", "Kept carriers’ scores"),
    "catalog.add_picture": Text("添加图片", "Added a picture"),
    "catalog.add_pictures": Text("添加图片", "Added pictures"),
    "catalog.approve": Text("审核通过", "Approved"),
    "catalog.create_brand": Text("新建品牌", "New brand"),
    "catalog.create_category": Text("新建分类", "New category"),
    "catalog.create_product": Text("新建商品", "New product"),
    "catalog.define_attribute": Text("新建属性", "New attribute"),
    "catalog.delete_attribute": Text("删除属性", "Deleted an attribute"),
    "catalog.delete_brand": Text("删除品牌", "Deleted a brand"),
    "catalog.delete_category": Text("删除分类", "Deleted a category"),
    "catalog.delist": Text("下架", "Delisted"),
    "catalog.handle_outage": Text("处理缺货下架", "Saw to goods without stock"),
    "catalog.import": Text("导入商品", "Imported goods"),
    "catalog.import_brands": Text("导入品牌", "Imported brands"),
    "catalog.import_categories": Text("导入分类", "Imported categories"),
    "catalog.list": Text("上架", "Listed"),
    "catalog.order_categories": Text("调整分类顺序", "Reordered categories"),
    "catalog.order_pictures": Text("调整图片顺序", "Reordered pictures"),
    "catalog.reject": Text("审核退回", "Sent back"),
    "catalog.remove_picture": Text("删除图片", "Removed a picture"),
    "catalog.retry_picture": Text("重新下载图片", "Fetched a picture again"),
    "catalog.schedule": Text("定时上下架", "Planned listing"),
    "catalog.submit": Text("提交审核", "Submitted"),
    "catalog.update_attribute": Text("修改属性", "Changed an attribute"),
    "catalog.update_brand": Text("修改品牌", "Changed a brand"),
    "catalog.update_category": Text("修改分类", "Changed a category"),
    "catalog.update_product": Text("修改商品", "Changed a product"),
    "content.archive": Text("归档页面", "Put a page away"),
    "content.create_page": Text("新建页面", "New page"),
    "content.publish": Text("发布页面", "Published a page"),
    "content.put_site_part": Text("修改店铺风格或菜单", "Changed style or menus"),
    "content.reopen": Text("恢复页面", "Reopened a page"),
    "content.restore": Text("恢复旧版本", "Restored a version"),
    "content.save_draft": Text("保存草稿", "Saved a draft"),
    "content.unpublish": Text("撤下页面", "Took a page down"),
    "coupons.add_code": Text("添加券码", "Added a code"),
    "coupons.generate_codes": Text("生成券码", "Made codes"),
    "coupons.grant": Text("发券给会员", "Gave coupons"),
    "coupons.send": Text("批量发券", "Sent coupons"),
    "coupons.void": Text("作废券码", "Voided codes"),
    "fulfilment.pickup_arrived": Text("自提点收件", "Received at a pickup point"),
    "fulfilment.pickup_back": Text("自提退回", "Took back what nobody fetched"),
    "fulfilment.pickup_handed": Text("取货核销", "Handed over for a pickup code"),
    "fulfilment.pickup_kept": Text("延长自提保管", "Kept longer at a pickup point"),
    "pickup.save_point": Text("修改自提点", "Changed a pickup point"),
    "fulfilment.hold_order": Text("审单拦下", "Held an order"),
    "fulfilment.make_wave": Text("建立波次", "Made a wave"),
    "fulfilment.merge_orders": Text("合并发货", "Put orders in one box"),
    "fulfilment.other_weight": Text("重量不同仍发出", "Sent with another weight"),
    "fulfilment.pass_order": Text("审单放行", "Passed an order"),
    "fulfilment.print_labels": Text("打印面单", "Printed labels"),
    "fulfilment.print_slips": Text("打印发货清单", "Printed packing slips"),
    "fulfilment.report_short": Text("登记缺货", "Reported short"),
    "fulfilment.resume_task": Text("缺货后继续", "Went on after short"),
    "fulfilment.save_insert_rule": Text("设置随单小礼", "Set a small gift"),
    "fulfilment.separate_orders": Text("取消合并", "Took orders apart"),
    "fulfilment.split_order": Text("分箱发出", "Split an order"),
    "aftersales.goodwill": Text("补偿退款", "Money back as amends"),
    "problems.due": Text("问题件改期", "Another day for a problem item"),
    "problems.given_up": Text("放弃问题件", "Gave a problem item up"),
    "problems.hand": Text("移交问题件", "Handed a problem item over"),
    "problems.open": Text("登记问题件", "Recorded a problem item"),
    "problems.sign_day": Text("签字每日自查", "Signed the daily check"),
    "problems.solved": Text("解决问题件", "Solved a problem item"),
    "problems.waiting": Text("问题件等待", "Let a problem item wait"),
    "procurement.fault": Text("供应商责任", "A supplier answers for a loss"),
    "redress.ask_grant": Text("申请超额补偿", "Asked for a compensation beyond the limit"),
    "redress.chase": Text("开始追件", "Began a chase"),
    "redress.chase_answered": Text("记录承运商答复", "Noted the carrier's answer"),
    "redress.chase_closed": Text("结束追件", "Closed a chase"),
    "redress.chase_found": Text("包裹已找到", "Found a parcel"),
    "redress.chase_lost": Text("确认丢件", "Declared a parcel lost"),
    "redress.claim": Text("建立索赔", "Made a claim"),
    "redress.claim_agreed": Text("索赔获同意", "A claim was agreed"),
    "redress.claim_dropped": Text("放弃索赔", "Gave a claim up"),
    "redress.claim_filed": Text("提交索赔", "Filed a claim"),
    "redress.claim_refused": Text("索赔被拒", "A claim was refused"),
    "redress.decline_grant": Text("不批准补偿", "Declined a compensation"),
    "redress.grant": Text("发放补偿", "Gave a compensation"),
    "redress.judge": Text("判定责任", "Decided who answers"),
    "redress.note_rating": Text("记录售后评价的改进", "Noted on a rating"),
    "redress.recover": Text("登记索赔到账", "Booked money of a claim"),
    "redress.save_play": Text("修改处理手册", "Changed the playbook"),
    "redress.serve": Text("为丢件的买家处理", "Served the buyer of a lost parcel"),
    "redress.start_playbook": Text("建立处理手册", "Began the playbook"),
    "promises.answer": Text("缺货：买家的选择", "Units that cannot be sent: what the buyer chose"),
    "promises.cannot_ship": Text("登记无法发货", "Said that units cannot be sent"),
    "promises.withdraw": Text("撤回缺货询问", "Withdrew the question to the buyer"),
    "fulfilment.save_carrier": Text("修改承运商", "Changed a carrier"),
    "carriage.save_carrier": Text("修改承运商", "Changed a carrier"),
    "carriage.save_lanes": Text("修改线路资费", "Changed a carrier's lanes"),
    "carriage.save_rule": Text("修改承运商选择规则", "Changed a rule for choosing carriers"),
    "carriage.delete_rule": Text("删除承运商选择规则", "Deleted a rule for choosing carriers"),
    "carriage.save_account": Text("设置面单账户", "Set a label account"),
    "carriage.add_numbers": Text("加入运单号段", "Added a range of waybill numbers"),
    "carriage.cancel_waybill": Text("取消运单", "Cancelled a waybill"),
    "fulfilment.choose_carrier": Text("换承运商", "Chose another carrier"),
    "fulfilment.ship": Text("发货", "Shipped"),
    "integrations.end_import": Text("导入结束", "An import ended"),
    "integrations.settle_import": Text("导入已处理", "Settled an import"),
    "integrations.start_import": Text("开始导入", "Began an import"),
    "integrations.stop_import": Text("停止导入", "Stopped an import"),
    "clearance.add_step": Text("季末计划加措施", "Added a step to a season-end plan"),
    "clearance.close_plan": Text("结束季末计划", "Closed a season-end plan"),
    "clearance.create_plan": Text("新建季末计划", "Made a season-end plan"),
    "clearance.decide": Text("清仓决定", "Decided how to clear"),
    "clearance.finish_step": Text("完成季末措施", "Finished a step of a season-end plan"),
    "inventory.add_count_file": Text("导入盘点文件", "Took counted rows from a file"),
    "inventory.adjust": Text("盘点调整", "Adjusted stock"),
    "inventory.approve_count": Text("批准盘点差异", "Approved a stock-take"),
    "inventory.cancel_count": Text("取消盘点", "Gave a stock-take up"),
    "inventory.cancel_transfer": Text("取消调拨", "Gave a transfer up"),
    "inventory.close_count": Text("结束盘点", "Closed a stock-take"),
    "inventory.close_transfer": Text("完成调拨", "Closed a transfer"),
    "inventory.count_rest": Text("未盘的按 0 件计", "Counted the rest as none"),
    "inventory.damage": Text("报损", "Wrote off damage"),
    "inventory.damage_units": Text("登记残损", "Set aside damage"),
    "inventory.date_batch": Text("更正批次日期", "Corrected a batch's dates"),
    "inventory.draft_transfer": Text("新建调拨", "Drafted a transfer"),
    "inventory.lock": Text("锁定库存", "Locked stock"),
    "inventory.mend_units": Text("残损恢复良品", "Mended damage"),
    "inventory.move": Text("移位", "Moved stock"),
    "inventory.name_serials": Text("补登序列号", "Numbered units"),
    "inventory.post_count": Text("盘点过账", "Posted a stock-take"),
    "inventory.receive": Text("入库", "Goods in"),
    "inventory.receive_transfer": Text("调拨到货", "Received a transfer"),
    "inventory.reopen_count": Text("退回继续盘点", "Sent a stock-take back"),
    "inventory.return": Text("退货入库", "Returned to stock"),
    "inventory.return_sample": Text("样品归还", "Samples came back"),
    "inventory.sample": Text("样品领用", "Took samples"),
    "inventory.save_locations": Text("设置库位", "Set up locations"),
    "inventory.save_warehouse": Text("修改仓库", "Changed a warehouse"),
    "inventory.scrap": Text("报损离库", "Scrapped stock"),
    "inventory.send_transfer": Text("发出调拨", "Sent a transfer"),
    "inventory.set_limits": Text("设置库存预警上下限", "Set limits of stock"),
    "inventory.set_on_hand": Text("盘点", "Counted stock"),
    "inventory.set_tracking": Text("设置批次与序列号要求", "Set what a SKU needs"),
    "inventory.start_count": Text("开始盘点", "Began a stock-take"),
    "inventory.submit_count": Text("提交盘点", "Handed a stock-take in"),
    "inventory.take_sample": Text("样品领用", "Took a sample"),
    "inventory.unlock": Text("解锁库存", "Unlocked stock"),
    "members.add_address": Text("添加地址", "Added an address"),
    "members.add_contact": Text("记录联系", "Noted a contact"),
    "members.adjust_balance": Text("调整余额", "Adjusted a balance"),
    "members.adjust_points": Text("调整积分", "Adjusted points"),
    "members.change_address": Text("修改地址", "Changed an address"),
    "members.export": Text("导出会员", "Exported members"),
    "members.grant_tier": Text("赠予会员等级", "Gave a tier"),
    "members.import": Text("导入会员", "Imported members"),
    "members.register": Text("注册", "Registered"),
    "members.remove_address": Text("删除地址", "Removed an address"),
    "members.remove_tier": Text("删除会员等级", "Deleted a tier"),
    "members.save_tier": Text("修改会员等级", "Changed a tier"),
    "members.set_employee": Text("修改员工身份", "Marked as employee"),
    "members.set_status": Text("停用或恢复会员", "Switched a member"),
    "members.set_tags": Text("修改会员标签", "Changed tags"),
    "members.update_profile": Text("修改会员资料", "Changed a profile"),
    "members.view_personal": Text("查看会员完整信息", "Saw a member in full"),
    "orders.answer_urge": Text("回复催单", "Answered a buyer"),
    "orders.change_price": Text("订单改价", "Changed a price"),
    "orders.change_receiver": Text("修改收货信息", "Corrected the address"),
    "orders.import": Text("导入历史订单", "Imported orders"),
    "orders.view_personal": Text("查看收货人完整信息", "Saw a receiver in full"),
    "outbox.retry": Text("重新处理消息", "Retried an event"),
    "payments.confirm_bank_refund": Text("确认银行退款", "Confirmed a bank refund"),
    "payments.confirm_transfer": Text("确认收款", "Confirmed a transfer"),
    "payments.refund_surplus": Text("退还多付款", "Sent a surplus back"),
    "payments.request_refund": Text("申请退款", "Asked for a refund"),
    "payments.resolve_discrepancy": Text("处理对账差异", "Settled a difference"),
    "payments.retry_refund": Text("重试退款", "Retried a refund"),
    "payments.settle_notice": Text("处理未入账通知", "Settled news"),
    "planning.end_replay": Text("促销试算结束", "A replay ended"),
    "planning.start_replay": Text("开始促销试算", "Began a replay"),
    "planning.stop_replay": Text("停止促销试算", "Stopped a replay"),
    "replenishment.start_round": Text("开始销量预测", "Began a round of forecasts"),
    "replenishment.end_round": Text("销量预测结束", "A round of forecasts ended"),
    "replenishment.order": Text("采纳补货建议", "Ordered what was proposed"),
    "replenishment.dismiss": Text("忽略补货建议", "Dismissed a proposal"),
    "bespoke.set_form": Text("设置商品定制项", "Said what a product asks its buyer"),
    "workshop.start": Text("开始制作", "Began making"),
    "workshop.finish": Text("登记做好", "Said that it is made"),
    "workshop.put_back": Text("放回待制作", "Put back among what is to be made"),
    "rivals.save": Text("登记竞品店铺", "Saved a competitor"),
    "rivals.record": Text("登记竞品价格", "Recorded a competitor’s prices"),
    "rivals.rule": Text("设置竞品应对规则", "Set a rule of response"),
    "rivals.answer": Text("跟竞品改价", "Answered a competitor’s price"),
    "rivals.ignore": Text("决定不跟竞品", "Left a competitor’s price be"),
    "pledges.check": Text("开始核对价格与承诺", "Began a check of what is shown"),
    "pledges.end_check": Text("价格与承诺核对结束", "A check of what is shown ended"),
    "pledges.name_checker": Text("指定促销核对人", "Named who looks a promotion over"),
    "pledges.tick": Text("核对促销", "Looked a promotion over"),
    "pricing.cancel_schedule": Text("取消定时价格", "Cancelled a planned price"),
    "pricing.delete_freight_rule": Text("删除运费规则", "Deleted a freight rule"),
    "pricing.assign_freight": Text("指定运费模板", "Gave goods a freight template"),
    "pricing.delete_freight_template": Text("删除运费模板", "Removed a freight template"),
    "pricing.save_freight_template": Text("修改运费模板", "Changed a freight template"),
    "pricing.save_freight_rule": Text("修改运费规则", "Changed a freight rule"),
    "pricing.schedule_price": Text("定时价格", "Planned a price"),
    "pricing.set_price": Text("改价", "Set a price"),
    "pricing.set_special": Text("特殊价格", "Set a special price"),
    "pricing.set_floor": Text("设置底价", "Set a floor"),
    "pricing.save_policy": Text("修改价格规则", "Changed price rules"),
    "pricing.delete_policy": Text("删除价格规则", "Deleted price rules"),
    "pricing.ask": Text("申请改价", "Asked for a price change"),
    "pledges.look_at_prices": Text("检查价格合规", "Looked prices over"),
    "pledges.explain": Text("说明价格风险", "Explained a finding about prices"),
    "pricing.accept": Text("批准改价", "Approved a price change"),
    "pricing.reject": Text("驳回改价", "Rejected a price change"),
    "pricing.withdraw": Text("撤回改价申请", "Withdrew a price change"),
    "promotions.below_floor": Text("低于底价放行", "Let below the floor"),
    "assortment.decide": Text("决定滞销商品", "Decided about a slow seller"),
    "assortment.drop_match": Text("取消关联销售", "Took a match off"),
    "assortment.drop_plan": Text("删除结构计划", "Deleted a plan of a shelf"),
    "assortment.finish_review": Text("完成汰换复盘", "Finished a review of slow sellers"),
    "assortment.give_role": Text("设置商品角色", "Gave a role"),
    "assortment.move_match": Text("调整关联销售顺序", "Moved a match"),
    "assortment.put_match": Text("设置关联销售", "Set what goes along"),
    "assortment.save_plan": Text("保存结构计划", "Saved the plan of a shelf"),
    "assortment.take_role": Text("取消商品角色", "Took a role away"),
    "campaigns.add_offer": Text("把促销加入活动", "Put an offer into a campaign"),
    "campaigns.announce": Text("公布活动", "Announced"),
    "campaigns.change": Text("修改活动", "Changed a campaign"),
    "campaigns.create": Text("新建活动", "New campaign"),
    "campaigns.drop_good": Text("把商品移出活动", "Took goods out of a campaign"),
    "campaigns.drop_offer": Text("把促销移出活动", "Took an offer out of a campaign"),
    "campaigns.drop_resource": Text("取消推广资源", "Took a placement off"),
    "campaigns.end": Text("活动结束", "Ended"),
    "campaigns.put_good": Text("安排活动商品", "Planned goods of a campaign"),
    "campaigns.put_resource": Text("安排推广资源", "Planned a placement"),
    "campaigns.sponsorship_agree": Text("登记赞助", "Agreed a sponsorship"),
    "campaigns.sponsorship_change": Text("修改赞助", "Changed a sponsorship"),
    "campaigns.sponsorship_cancel": Text("取消赞助", "Cancelled a sponsorship"),
    "campaigns.sponsorship_show": Text("赞助开始展示", "A sponsorship began"),
    "campaigns.sponsorship_finish": Text("赞助结束", "A sponsorship ended"),
    "campaigns.start": Text("活动开始", "Started"),
    "campaigns.submit_resource": Text("提交推广资源审核", "Handed a placement in for review"),
    "groupbuy.create": Text("新建拼团", "New group offer"),
    "groupbuy.end": Text("结束拼团", "Ended"),
    "groupbuy.publish": Text("发布拼团", "Published"),
    "groupbuy.update": Text("修改拼团", "Changed a group offer"),
    "trials.create": Text("新建试用", "New trial"),
    "trials.update": Text("修改试用", "Changed a trial"),
    "trials.discard": Text("删除试用草稿", "Discarded a draft"),
    "trials.publish": Text("发布试用", "Published a trial"),
    "trials.apply": Text("申请试用", "Applied for a trial"),
    "trials.choose": Text("选中试用者", "Chose an applicant"),
    "trials.decide": Text("试用名单确定", "Decided a trial"),
    "trials.call_off": Text("取消试用", "Called a trial off"),
    "trials.waive_report": Text("免写试用报告", "Let off a report"),
    "draws.create": Text("新建抽奖", "New draw"),
    "draws.discard": Text("删除抽奖草稿", "Discarded a draft"),
    "draws.end": Text("结束抽奖", "Ended"),
    "draws.publish": Text("发布抽奖", "Published"),
    "draws.take_chance": Text("抽奖", "Drew"),
    "draws.update": Text("修改抽奖", "Changed a draw"),
    "presale.create": Text("新建预售", "New presale"),
    "presale.update": Text("修改预售", "Changed a presale"),
    "presale.publish": Text("发布预售", "Published a presale"),
    "presale.end": Text("结束预售", "Ended a presale"),
    "presale.call_off": Text("取消整个预售", "Called a presale off"),
    "presale.cancel": Text("取消预订", "Cancelled a reservation"),
    "procurement.add_paper": Text("添加证件", "Added a paper"),
    "procurement.agree_price": Text("登记协议价", "Agreed on a price"),
    "catalog.set_supply": Text("设置供货方式", "Said how it is supplied"),
    "dropship.change_partner": Text("修改代发设置", "Changed how he sends for us"),
    "dropship.confirm": Text("供应商确认代发单", "The supplier will send it"),
    "dropship.open_partner": Text("开通代发", "He sends for us now"),
    "dropship.refuse": Text("供应商拒单", "The supplier refused"),
    "dropship.renew_link": Text("更换代发链接", "Renewed the link"),
    "dropship.resend": Text("重新下达代发单", "Sent to the supplier anew"),
    "dropship.send": Text("下达代发单", "Sent to the supplier"),
    "dropship.set_prices": Text("补录代发价格", "Gave prices"),
    "dropship.ship": Text("供应商发货", "The supplier sent a parcel"),
    "dropship.state_stock": Text("供应商报库存", "The supplier stated his stock"),
    "dropship.stop": Text("供应商已拦截", "The supplier stopped it"),
    "dropship.take_back": Text("退回供应商", "Came back to the supplier"),
    "dropship.withdraw": Text("买家取消，撤回代发", "The buyer does not want it"),
    "procurement.approve_order": Text("批准采购单", "Approved"),
    "procurement.approve_supplier": Text("批准供应商", "Approved a supplier"),
    "procurement.award_tender": Text("定标", "Awarded"),
    "procurement.cancel_order": Text("取消采购单", "Cancelled"),
    "procurement.cancel_tender": Text("取消招标", "Called a tender off"),
    "procurement.change_order": Text("修改采购单", "Changed the lines"),
    "procurement.change_supplier": Text("修改供应商档案", "Changed the file"),
    "procurement.close_order": Text("关闭采购单", "Closed"),
    "procurement.confirm_order": Text("确认采购单", "Confirmed"),
    "procurement.create_supplier": Text("新建供应商", "New supplier"),
    "procurement.create_tender": Text("新建招标", "New tender"),
    "procurement.draft_order": Text("起草采购单", "Drafted"),
    "procurement.drop_offering": Text("移除供货商品", "Took goods off"),
    "procurement.drop_paper": Text("移除证件", "Took a paper out"),
    "procurement.end_agreement": Text("结束协议价", "Ended an agreement"),
    "procurement.end_supplier": Text("终止合作", "Ended with a supplier"),
    "procurement.owe_sent": Text("代发应付记账", "Owed for what he sent"),
    "procurement.pay": Text("登记供应商付款", "Paid a supplier"),
    "procurement.void_payment": Text("冲销供应商付款", "Voided a payment"),
    "procurement.print_order": Text("打印采购单", "Printed"),
    "procurement.print_statement": Text("打印对账单", "Printed a statement"),
    "procurement.publish_tender": Text("发布招标", "Published a tender"),
    "procurement.put_offering": Text("登记供货商品", "Wrote down goods"),
    "procurement.receive": Text("收货入库", "Received"),
    "procurement.renew_link": Text("更换供应商链接", "Renewed the link"),
    "procurement.return_goods": Text("退货给供应商", "Sent goods back"),
    "procurement.revise_order": Text("退回草稿", "Back to draft"),
    "procurement.send_order": Text("发出采购单", "Sent"),
    "procurement.set_invoice": Text("登记发票", "Wrote down an invoice"),
    "procurement.submit_bid": Text("供应商报价", "Offered"),
    "procurement.suspend_supplier": Text("暂停供应商", "Suspended a supplier"),
    "promotions.create": Text("新建促销", "New promotion"),
    "promotions.end": Text("结束促销", "Ended"),
    "promotions.pause": Text("暂停促销", "Paused"),
    "promotions.publish": Text("发布促销", "Published"),
    "promotions.resume": Text("恢复促销", "Resumed"),
    "promotions.update": Text("修改促销", "Changed a promotion"),
    "reports.record_spend": Text("登记推广费用", "Recorded spend"),
    "reviews.add": Text("追加评价", "Added to a review"),
    "reviews.answer": Text("回复评价", "Answered a review"),
    "reviews.hide": Text("隐藏评价", "Hid a review"),
    "reviews.post": Text("发表评价", "Reviewed"),
    "reviews.show": Text("恢复评价", "Showed a review"),
    "settings.put": Text("修改设置", "Changed a setting"),
    "webhooks.change_endpoint": Text("修改推送地址", "Changed an endpoint"),
    "webhooks.create_endpoint": Text("新建推送地址", "New endpoint"),
    "webhooks.delete_endpoint": Text("删除推送地址", "Deleted an endpoint"),
    "webhooks.ping": Text("测试推送", "Sent a test"),
    "webhooks.replay": Text("重新推送", "Sent again"),
    "webhooks.replay_dead": Text("重推失败消息", "Sent failed ones again"),
    "webhooks.rotate_secret": Text("更换推送密钥", "Changed a secret"),
}

KINDS: dict[str, Text] = {
    "attribute": Text("属性", "Attribute"),
    "brand": Text("品牌", "Brand"),
    "carrier": Text("承运商", "Carrier"),
    "case": Text("售后单", "Case"),
    "category": Text("分类", "Category"),
    "chase": Text("追件单", "Chase"),
    "claim": Text("索赔单", "Claim"),
    "day": Text("每日自查", "Daily check"),
    "grant": Text("补偿", "Compensation"),
    "liability": Text("责任单", "Liability"),
    "play": Text("处理手册", "Playbook"),
    "problem": Text("问题件", "Problem item"),
    "count": Text("盘点", "Stock-take"),
    "discrepancy": Text("对账差异", "Difference"),
    "draw": Text("抽奖", "Draw"),
    "trial": Text("试用", "Trial"),
    "pledges_risk": Text("价格风险", "Finding about prices"),
    "freight_template": Text("运费模板", "Freight template"),
    "pickup_point": Text("自提点", "Pickup point"),
    "freight_rule": Text("运费规则", "Freight rule"),
    "campaign": Text("活动", "Campaign"),
    "assortment_review": Text("汰换复盘", "Review of slow sellers"),
    "group_offer": Text("拼团", "Group offer"),
    "presale": Text("预售", "Presale"),
    "import": Text("导入", "Import"),
    "member": Text("会员", "Member"),
    "notice": Text("未入账通知", "News not booked"),
    "order": Text("订单", "Order"),
    "origin": Text("来源系统", "Origin"),
    "outbox_event": Text("消息", "Event"),
    "page": Text("页面", "Page"),
    "payment": Text("支付", "Payment"),
    "product": Text("商品", "Product"),
    "promotion": Text("促销", "Promotion"),
    "purchase": Text("采购单", "Purchase order"),
    "supplier_order": Text("代发单", "Supplier order"),
    "replay": Text("促销试算", "Replay"),
    "forecast_round": Text("销量预测", "Forecasts"),
    "proposal": Text("补货建议", "Proposal"),
    "rival": Text("竞品店铺", "Competitor"),
    "rival_finding": Text("竞品价格", "Competitor’s price"),
    "review": Text("评价", "Review"),
    "role": Text("角色", "Role"),
    "setting": Text("设置", "Setting"),
    "site": Text("店铺", "Shop"),
    "sku": Text("SKU", "SKU"),
    "source": Text("来源系统", "Source"),
    "sponsorship": Text("赞助", "Sponsorship"),
    "spend": Text("推广费用", "Spend"),
    "stock": Text("库存", "Stock"),
    "supplier": Text("供应商", "Supplier"),
    "tender": Text("招标", "Tender"),
    "tier": Text("会员等级", "Tier"),
    "transfer": Text("调拨", "Transfer"),
    "user": Text("账号", "Account"),
    "warehouse": Text("仓库", "Warehouse"),
    "webhook": Text("推送地址", "Endpoint"),
    "webhook_delivery": Text("推送", "Delivery"),
}
BULK = Text("多项", "many")

STATES: dict[str, dict[str, tuple[Text, str]]] = {
    "product": goods.STATES,
    "case": CASE_STATES,
    "purchase": purchasing.ORDER_STATES,
    "supplier": purchasing.SUPPLIER_STATES,
    "promotion": {**offers.STAGES, "live": (Text("已发布", "Published"), "good")},
}
STATUSES = {"active": Text("正常", "Active"), "blocked": Text("已停用", "Blocked")}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids and codes of some rows are called."""

    people: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, Text] = field(default_factory=dict)
    products: Mapping[str, Text] = field(default_factory=dict)
    skus: Mapping[str, str] = field(default_factory=dict)
    promotions: Mapping[str, Text] = field(default_factory=dict)
    carriers: Mapping[str, Text] = field(default_factory=dict)
    warehouses: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, Text] = field(default_factory=dict)
    brands: Mapping[str, Text] = field(default_factory=dict)

    def of(self, kind: str, number: str) -> Text | str:
        """What a thing is called; its number where it has no name here."""
        if number == "bulk":
            return BULK
        if kind == "setting":
            setting = mall_settings.declared().get(number)
            return setting.meaning if setting else number
        known: Mapping[str, Mapping[str, Text | str]] = {
            "user": self.people, "role": self.roles, "product": self.products, "sku": self.skus, "carrier": self.carriers,
            "promotion": self.promotions, "warehouse": self.warehouses, "category": self.categories, "brand": self.brands,
        }  # fmt: skip
        return known.get(kind, {}).get(number, number)


def names(rows: Iterable[Mapping[str, Any]], people: Mapping[str, str]) -> Names:
    """For these rows of the log, in a few statements however many there are; `people` are the team's names by id."""
    found: dict[str, set[int]] = {"product": set(), "sku": set(), "promotion": set()}
    for row in rows:
        if row["target_type"] in found and row["target_id"].isdecimal():
            found[row["target_type"]].add(int(row["target_id"]))
    return Names(
        people=people,
        roles={each.code: Text(each.name_zh, each.name_en or each.name_zh) for each in accounts.role_list()},
        products={str(i): name for i, name in catalog.titles(sorted(found["product"])).items()},
        skus={str(i): code for i, code in catalog.sku_codes(sorted(found["sku"])).items()},
        promotions={str(i): name for i, name in promotions.labels(sorted(found["promotion"])).items()},
        warehouses={str(each.id): each.name for each in inventory.warehouses()},
        categories={str(each.id): Text(each.name_zh, each.name_en or each.name_zh) for each in catalog.categories()},
        brands={str(each.id): Text(each.name, each.name_en or each.name) for each in catalog.brands()},
        carriers={
            each.code: Text(each.name, each.name_en or each.name) for each in fulfilment.carriers(active_only=False)
        },
    )


Reader = Callable[[Any, str, Names], str]
"""A value, the kind of thing it belongs to, and the names: how it reads."""


def _money(value: Any, _kind: str, _names: Names) -> str:
    return formatting.money(value, mall_settings.get("mall.currency")) if isinstance(value, int) else short(value)


def _state(value: Any, kind: str, _names: Names) -> str:
    known = STATES.get(kind, {})
    return say(known[value][0]) if value in known else short(value)


def _signed(value: Any, _kind: str, _names: Names) -> str:
    return f"{value:+,}" if isinstance(value, int) else short(value)


def _permissions(value: Any, _kind: str, _names: Names) -> str:
    known = accounts.known_permissions()
    return short([say(known.get(code, code)) for code in value]) if isinstance(value, list) else short(value)


def _source(value: Any, _kind: str, _names: Names) -> str:
    return analytics.words.cell("source", {"source": value}, "", language.current())


def _share(value: Any, _kind: str, _names: Names) -> str:
    return formatting.percent(value / 10_000, 0) if isinstance(value, int) else short(value)


def _count(value: Any, _kind: str, _names: Names) -> str:
    """Of a list of ids, how many there are."""
    return short(len(value) if isinstance(value, list) else value)


def _known(words: Mapping[str, Any]) -> Reader:
    def read(value: Any, _kind: str, _names: Names) -> str:
        found = words.get(value, value) if isinstance(value, str) else value
        return say(found[0] if isinstance(found, tuple) else found) if isinstance(found, Text | tuple) else short(value)

    return read


def _named(kind: str) -> Reader:
    """Ids or codes of things of a kind, one or several, by their names."""

    def read(value: Any, _kind: str, names: Names) -> str:
        if isinstance(value, list):
            return short([say(names.of(kind, str(each))) for each in value])
        return say(names.of(kind, str(value)))

    return read


def _scope(value: Any, kind: str, names: Names) -> str:
    """Which goods a promotion is for."""
    if not isinstance(value, dict) or value == {"all": True}:
        return say(Text("全场", "all goods")) if value else ""
    return _joined(f"{_label(name)} {_read(name, part, kind, names)}" for name, part in value.items())


FIELDS: dict[str, tuple[Text, Reader | None]] = {
    "active": (Text("启用", "Active"), None),
    "address": (Text("地址编号", "Address"), None),
    "batches": (Text("按批次", "By batch"), None),
    "due_on": (Text("应归还", "Due back"), None),
    "first": (Text("首个、首重（克）或首件", "First (one, grams or pieces)"), None),
    "kept": (Text("留用", "Kept"), None),
    "location": (Text("库位", "Location"), None),
    "missing": (Text("短少", "Missing"), None),
    "produced_on": (Text("生产日期", "Made on"), None),
    "returned": (Text("归还", "Returned"), None),
    "serials": (Text("序列号", "Serials"), None),
    "source_id": (Text("调出仓库", "From"), _named("warehouse")),
    "taker": (Text("领用人", "Taken by"), None),
    "target_id": (Text("调入仓库", "To"), _named("warehouse")),
    "to": (Text("移到", "To"), None),
    "unsold_days": (Text("到期前停售天数", "Days not sold before expiry"), None),
    "until": (Text("截止", "Until"), None),
    "amount": (Text("金额", "Amount"), _money),
    "bank_reference": (Text("银行流水号", "Bank reference"), None),
    "batch": (Text("批次", "Batch"), None),
    "brand_id": (Text("品牌", "Brand"), _named("brand")),
    "budget": (Text("预算", "Budget"), _money),
    "carrier": (Text("承运商", "Carrier"), _named("carrier")),
    "brands": (Text("品牌", "Brands"), _named("brand")),
    "categories": (Text("分类", "Categories"), _named("category")),
    "category_id": (Text("分类", "Category"), _named("category")),
    "choices": (Text("可选值", "Choices"), None),
    "code": (Text("编码", "Code"), None),
    "cost": (Text("成本", "Cost"), _money),
    "config": (Text("规则", "Terms"), None),
    "count": (Text("数量", "Count"), None),
    "coupon": (Text("领券", "Coupon"), None),
    "claimable": (Text("可自行领取", "Members take it"), None),
    "cap": (Text("最多减", "At most"), _money),
    "every": (Text("每满", "Every"), None),
    "issue_limit": (Text("发放上限", "Issued at most"), None),
    "valid_days": (Text("领取后有效天数", "Days it is good for"), None),
    "points_price": (Text("兑换所需积分", "Points it costs"), None),
    "per_member_limit": (Text("每人限领", "Per member"), None),
    "steps": (Text("阶梯", "Steps"), None),
    "created": (Text("新建", "Created"), _count),
    "daily": (Text("每日时段", "Hours of the day"), None),
    "damaged": (Text("损坏", "Damaged"), None),
    "day": (Text("日期", "Day"), None),
    "days": (Text("天数", "Days"), None),
    "deliverable": (Text("可送达", "Delivered to"), None),
    "delist_at": (Text("下架时间", "Delist at"), None),
    "delta": (Text("变动件数", "Units"), _signed),
    "declined": (Text("不报价", "Declined"), None),
    "description": (Text("说明", "Description"), None),
    "description_en": (Text("英文说明", "English description"), None),
    "email": (Text("邮箱", "Mail address"), None),
    "ends_at": (Text("结束", "Until"), None),
    "ends_on": (Text("结束日", "Last day"), None),
    "expected_on": (Text("预计到货", "Expected"), None),
    "expires_on": (Text("到期日", "Expires"), None),
    "events": (Text("事件", "Events"), None),
    "exclusive_group": (Text("互斥组", "Exclusive group"), None),
    "fee": (Text("运费", "Fee"), _money),
    "step_fee": (Text("续费", "Each step more"), _money),
    "fields": (Text("改动的栏目", "Fields"), None),
    "file": (Text("文件", "File"), None),
    "files": (Text("图片张数", "Pictures"), _count),
    "filters": (Text("筛选", "Filters"), None),
    "first_prices": (Text("首次定价数", "First prices"), None),
    "employee": (Text("员工", "Employee"), None),
    "floor": (Text("最低价", "Floor"), _money),
    "free_over": (Text("满额包邮", "Free over"), _money),
    "freight": (Text("运费", "Freight"), _money),
    "good": (Text("完好", "Good"), None),
    "is_active": (Text("启用", "Active"), None),
    "kind": (Text("类型", "Kind"), _known({**offers.KINDS, **CASE_KINDS, **CONTACT_KINDS})),
    "label_en": (Text("英文名称", "English name"), None),
    "label_zh": (Text("名称", "Name"), None),
    "invoice": (Text("发票", "Invoice"), None),
    "lead_days": (Text("到货天数", "Lead days"), None),
    "line": (Text("行", "Line"), None),
    "lines": (Text("行数", "Lines"), None),
    "list_at": (Text("上架时间", "List at"), None),
    "list_price": (Text("划线价", "List price"), _money),
    "max_uses": (Text("可用次数", "Uses allowed"), None),
    "mandatory": (Text("必备", "Mandatory"), None),
    "minimum_quantity": (Text("起订件数", "Least quantity"), None),
    "pack_size": (Text("装箱件数", "Pack"), None),
    "supplier_code": (Text("对方货号", "His code"), None),
    "media": (Text("图片顺序", "Pictures"), None),
    "members": (Text("会员人数", "Members"), _count),
    "method": (Text("配送方式", "Delivery"), _known({"express": Text("快递", "Express"), "pickup": Text("自提", "Self-pickup")})),
    "name": (Text("名称", "Name"), None),
    "name_en": (Text("英文名称", "English name"), None),
    "name_zh": (Text("名称", "Name"), None),
    "note": (Text("备注", "Note"), None),
    "notice": (Text("通知", "News"), None),
    "number": (Text("单号", "Number"), None),
    "off": (Text("减免", "Off"), _money),
    "off_basis_points": (Text("折让", "Off"), _share),
    "on_hand": (Text("现有库存", "On hand"), None),
    "order": (Text("订单", "Order"), None),
    "parcel": (Text("包裹", "Parcel"), None),
    "parent_id": (Text("上级分类", "Above it"), _named("category")),
    "path": (Text("路径", "Path"), _named("category")),
    "per_holder_limit": (Text("每人限用", "Uses per buyer"), None),
    "permissions": (Text("权限", "Permissions"), _permissions),
    "position": (Text("顺序", "Position"), None),
    "price": (Text("价格", "Price"), _money),
    "priority": (Text("优先级", "Priority"), None),
    "province": (Text("省份", "Province"), None),
    "rating": (Text("星级", "Stars"), None),
    "receipt": (Text("单据", "Document"), None),
    "rejected": (Text("拒收", "Rejected"), None),
    "reason": (Text("原因", "Reason"), _known({**aftersales.REASONS, **aftersales.GUARANTEE_REASONS})),
    "region": (Text("地区", "Region"), None),
    "reply": (Text("回复", "Reply"), None),
    "revision": (Text("修订", "Revision"), None),
    "roles": (Text("角色", "Roles"), _named("role")),
    "rows": (Text("行数", "Rows"), None),
    "sale_price": (Text("售价", "Price"), _money),
    "products": (Text("商品", "Products"), _named("product")),
    "scope": (Text("范围", "For"), _scope),
    "scopes": (Text("权限", "Scopes"), _permissions),
    "sessions": (Text("登录数", "Sessions"), None),
    "shipping": (Text("运费", "Freight"), _money),
    "shown": (Text("展示版本", "Version shown"), None),
    "skipped": (Text("跳过", "Left out"), None),
    "slug": (Text("网址名", "Address"), None),
    "source": (Text("来源", "Source"), _source),
    "sku_id": (Text("SKU 编号", "SKU id"), None),
    "starts_at": (Text("开始", "From"), None),
    "starts_on": (Text("开始日", "First day"), None),
    "state": (Text("状态", "State"), _state),
    "status": (Text("状态", "State"), _known(STATUSES)),
    "tags": (Text("标签", "Tags"), None),
    "threshold": (Text("门槛", "From"), _money),
    "title": (Text("标题", "Title"), None),
    "title_en": (Text("英文标题", "English title"), None),
    "topic": (Text("栏目", "Topic"), None),
    "total": (Text("应付", "Total"), _money),
    "updated": (Text("更新", "Updated"), _count),
    "url": (Text("网址", "Address"), None),
    "use_limit": (Text("总次数上限", "Uses in all"), None),
    "version": (Text("版本", "Version"), None),
    "warehouse_id": (Text("仓库", "Warehouse"), _named("warehouse")),
    "waybill_no": (Text("运单号", "Waybill"), None),
}  # fmt: skip


def action(name: str) -> Text:
    """What was done, in words; its own name where nobody has said."""
    return ACTIONS.get(name, Text(name, name))


def action_options(known: Iterable[str]) -> list[tuple[str, Text | str]]:
    """For a filter: each module whole, then its actions."""
    known = list(known)
    options: list[tuple[str, Text | str]] = []
    for module in naming.in_order(name.partition(".")[0] for name in known):
        words = naming.module(module)
        options.append((f"{module}.", Text(f"{words.zh}：全部", f"{words.en}: all")))
        for name in known:
            if name.partition(".")[0] == module:
                said = action(name)
                options.append((name, Text(f"{words.zh}：{said.zh}", f"{words.en}: {said.en}")))
    return options


def subject(row: Mapping[str, Any], names: Names) -> str:
    """To what it was done: `商品 青瓷茶壶`."""
    kind, number = row["target_type"], row["target_id"]
    return f"{say(KINDS.get(kind, kind))} {say(names.of(kind, number))}"


def reason(words: str) -> str:
    """Why, in the reader's language where the mall itself said it."""
    return say(refund_reason(words))


def changes(kind: str, before: Any, after: Any, names: Names) -> list[Change]:
    """What differs, field by field; values that are no objects as one."""
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        return [Change("", short(before), short(after))] if before != after else []
    old, new = before or {}, after or {}
    fields = [*old, *(name for name in new if name not in old)]
    found = [
        Change(_label(name), _read(name, old.get(name), kind, names), _read(name, new.get(name), kind, names))
        for name in fields
        if old.get(name) != new.get(name)
    ]
    return [each for each in found if each.before or each.after]


def _label(name: str) -> str:
    return say(FIELDS[name][0]) if name in FIELDS else name


def _read(name: str, value: Any, kind: str, names: Names) -> str:
    reader = FIELDS[name][1] if name in FIELDS else None
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict) and reader is None:
        return _joined(
            f"{_label(key)} {said}" for key, part in value.items() if (said := _read(key, part, kind, names))
        )
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return short("；".join(_read("", each, kind, names) for each in value))
    return reader(value, kind, names) if reader else short(value)


def _joined(parts: Iterable[str]) -> str:
    return short(say(Text("，", ", ")).join(parts))


def short(value: Any) -> str:
    """A value on one line, at most `SHOWN_MOST` characters: instants in the mall's time, yes or no, lists with commas."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say(Text("是", "yes") if value else Text("否", "no"))
    text = value if isinstance(value, str) else _listed(value)
    text = _instant(text) or text
    return text if len(text) <= SHOWN_MOST else text[:SHOWN_MOST] + "…"


def _listed(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return say(Text("、", ", ")).join(map(str, value))
    return exports.as_json(value)


def _instant(text: str) -> str:
    """An instant as it is kept (`2026-11-27T05:00:00+00:00`), written as everywhere; "" for other words."""
    if len(text) < 20 or text[10:11] != "T":
        return ""
    try:
        return formatting.datetime(datetime.fromisoformat(text))
    except ValueError:
        return ""
