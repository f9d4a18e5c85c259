"""The reasons the frame itself can give; a kind adds its own (what is missing, what it gave)."""

from zhanggui.kernel.i18n import Text

#: code -> sentence. The codes are public: pages and other programs may branch on them.
REASONS = {
    "no_matching_goods": Text("购物车里没有参加此活动的商品", "Nothing in the cart takes part"),
    "not_started": Text("活动 {starts_at} 开始", "Starts {starts_at}"),
    "ended": Text("活动已结束", "It has ended"),
    "outside_hours": Text("每天 {hours} 有效", "Valid daily {hours}"),
    "exclusive": Text("不能与“{other}”同时使用", "Cannot be combined with “{other}”"),
    "goods_taken": Text("商品已享受“{other}”", "The goods already have “{other}”"),
    "kept_apart": Text("商品已参加“{other}”，不再同时参加", "The goods are in “{other}”, which goes alone"),
    "given_up": Text("已为您选用更省的优惠组合", "Another combination saves you more"),
    "members_only": Text("会员专享，登录后可用", "For members; sign in"),
    "new_only": Text("仅限首次购买", "For a first purchase"),
    "regulars_only": Text("仅限老顾客", "For who has bought before"),
    "other_tier": Text("仅限指定等级的会员", "For members of certain tiers"),
    "other_group": Text("仅限受邀的会员", "For invited members"),
    "other_region": Text("您的收货地区不参加此活动", "Not for where you have it delivered"),
    "region_later": Text("填写收货地址后可知是否参加", "Known once you say where it goes"),
    "other_channel": Text("此渠道不参加此活动", "Not sold here with this offer"),
    "employees_only": Text("仅限员工", "For the company's staff"),
    "birthday_only": Text("生日当月可用", "In the month of your birthday"),
    "same_coupon": Text("同一种优惠券每单限用一张", "One coupon of a kind per order"),
    "used_up": Text("活动名额已用完", "All uses are taken"),
    "holder_limit": Text("您已达到此优惠的使用次数上限", "You have used this as often as allowed"),
    "budget_spent": Text("活动优惠额度已用完", "The money set aside for it is spent"),
    "quota_gone": Text("秒杀名额已用完", "The pieces at the flash price are gone"),
    "freight_free": Text("运费已为 0", "Delivery is free already"),
    "nothing_left": Text("金额已为 0，无需再减", "Nothing is left to take off"),
}

#: Why a code cannot be used at all, before goods and thresholds are looked at.
CODE_REASONS = {
    "unknown": Text("没有这个优惠码，请检查是否输入有误", "There is no such code; check the spelling"),
    "not_yours": Text("这张优惠券不属于当前账号", "This coupon belongs to another account"),
    "sign_in": Text("请先登录再使用这张优惠券", "Sign in to use this coupon"),
    "paused": Text("这张优惠券暂停使用", "This coupon is suspended"),
    "void": Text("这张优惠券已作废", "This coupon was withdrawn"),
    "expired": Text("这张优惠券已于 {until} 过期", "This coupon expired {until}"),
    "out_of_time": Text("这张优惠券已过期", "This coupon has run out"),
    "used": Text("这张优惠券已经用过", "This coupon has been used"),
    "used_up": Text("优惠券已被抢光", "All uses of this coupon are taken"),
    "ended": Text("优惠券已过期", "This coupon has expired"),
    "holder_limit": REASONS["holder_limit"],
    "budget_spent": REASONS["budget_spent"],
    "not_claimable": Text("这张优惠券不开放领取", "This coupon is not given out here"),
    "not_started": Text("还没有开始领取", "It cannot be claimed yet"),
    "all_claimed": Text("优惠券已被领完", "All coupons have been claimed"),
    "claimed_enough": Text("您已经领过了", "You already have it"),
    "not_exchangeable": Text("这张优惠券不能用积分兑换", "This coupon is not to be had for points"),
    "exchange_not_started": Text("还没有开始兑换", "It cannot be had yet"),
    "all_exchanged": Text("已经兑完", "All of them are gone"),
    "exchanged_enough": Text("您已达到每人限兑的张数", "You have had your share of it"),
}
