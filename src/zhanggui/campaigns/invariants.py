"""What must always hold of campaigns. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "campaigns.offers_exist",
        """select o.campaign_id, o.kind, o.target from campaigns_offer o
        left join promotions_promotion p on o.kind = 'promotion' and p.id = o.target
        left join groupbuy_offer g on o.kind = 'group' and g.id = o.target
        left join presale_offer s on o.kind = 'presale' and s.id = o.target
        where p.id is null and g.id is null and s.id is null""",
        "The promotions, group offers and presales of a campaign exist.",
    ),
    Invariant(
        "campaigns.follow_the_clock",
        """select id, state, starts_at, ends_at from campaigns_campaign
        where (state = 'announced' and starts_at < kernel_now() - interval '1 hour')
            or (state in ('announced', 'running') and ends_at < kernel_now() - interval '1 hour')""",
        "No campaign waits an hour past its start, or runs an hour past its end.",
    ),
    Invariant(
        "campaigns.sponsorships_follow_the_clock",
        """select id, state, starts_at, ends_at from campaigns_sponsorship
        where (state = 'agreed' and starts_at < kernel_now() - interval '1 hour')
            or (state in ('agreed', 'shown') and ends_at < kernel_now() - interval '1 hour')""",
        "What is sponsored is marked within an hour of its start, and no longer than an hour past its end.",
    ),
    Invariant(
        "campaigns.sponsorships_placed",
        """select s.id, s.campaign_id, s.resource_id from campaigns_sponsorship s
        join campaigns_resource r on r.id = s.resource_id where r.campaign_id <> s.campaign_id""",
        "The placement a sponsor pays for is one of the sponsorship's own campaign.",
    ),
]
