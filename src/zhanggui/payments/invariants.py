"""What must always hold of money. `doctor` runs these, and so does every property test."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "payments.refunded_is_sum_of_refunds",
        """select i.id, i.reference, i.refunded, coalesce(r.done, 0) as done from payments_intent i
        left join (select intent_id, sum(amount) done from payments_refund where state = 'succeeded' group by intent_id) r
            on r.intent_id = i.id
        where i.refunded <> coalesce(r.done, 0)""",
        "What an attempt gave back is the sum of its succeeded refunds.",
    ),
    Invariant(
        "payments.claimed_is_sum_of_live_refunds",
        """select i.id, i.reference, i.refund_claimed, coalesce(r.live, 0) as live from payments_intent i
        left join (select intent_id, sum(amount) live from payments_refund where state <> 'failed' group by intent_id) r
            on r.intent_id = i.id
        where i.refund_claimed <> coalesce(r.live, 0)""",
        "What refunds have claimed of an attempt is the sum of those that have not failed.",
    ),
    Invariant(
        "payments.never_refund_more",
        """select id, reference, captured, refund_claimed, refunded from payments_intent
        where refunded < 0 or refunded > refund_claimed or refund_claimed > captured or captured > amount""",
        "Never more goes back than came in, and never more comes in than was asked for.",
    ),
    Invariant(
        "payments.capture_has_evidence",
        """select i.id, i.reference, i.captured from payments_intent i where i.captured > 0 and not exists (
            select 1 from payments_notification n where n.out_trade_no = i.out_trade_no and n.provider = i.provider
            and n.outcome = 'captured' and n.amount = i.captured)""",
        "Every capture rests on a genuine notification of the same amount.",
    ),
    Invariant(
        "payments.captured_once",
        """select out_trade_no, count(*) from payments_notification where outcome = 'captured'
        group by provider, out_trade_no having count(*) > 1""",
        "No attempt is captured twice.",
    ),
    Invariant(
        "payments.news_is_applied",
        """select id, provider, notice_id, received_at from payments_notification
        where applied_at is null and received_at < kernel_now() - interval '1 hour'""",
        "Every genuine notification is applied or parked within the hour.",
    ),
    Invariant(
        "payments.parked_news_is_settled",
        """select id, provider, out_trade_no, out_refund_no, outcome, amount from payments_notification
        where parked_at is not null and resolution = ''""",
        "Money news that could not be booked has been looked at by staff.",
    ),
    Invariant(
        "payments.refunds_move",
        """select r.id, r.out_refund_no, r.amount, r.last_error from payments_refund r
        where r.state in ('pending', 'processing') and r.next_attempt_at < kernel_now() - interval '1 day'""",
        "No refund waits a day past its turn.",
    ),
]
