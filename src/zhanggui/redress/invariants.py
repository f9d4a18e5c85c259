"""What must always hold of redress. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "redress.shares_make_a_hundred",
        """select number, buyer, warehouse, carrier, supplier, merchant, mall from redress_liability
        where buyer + warehouse + carrier + supplier + merchant + mall <> 100""",
        "The shares of every liability make a hundred.",
    ),
    Invariant(
        "redress.recovered_is_what_came_in",
        """select c.number, c.claimed, c.agreed, c.recovered, coalesce(e.amount, 0) as booked from redress_claim c
        left join (select number, sum(amount) as amount from redress_entry where action = 'recovered' group by number) e
            on e.number = c.number
        where c.recovered <> coalesce(e.amount, 0) or c.recovered > c.agreed or c.agreed > c.claimed""",
        "What a claim got back is what was booked, at most what was agreed, at most what was claimed.",
    ),
    Invariant(
        "redress.suppliers_are_credited",
        """select c.number, c.recovered, coalesce(p.amount, 0) as credited from redress_claim c
        join procurement_supplier s on s.id::text = c.party and s.currency = c.currency
        left join procurement_payable p on p.reference = c.number
        where c.kind = 'supplier' and c.recovered <> -coalesce(p.amount, 0)""",
        "What a supplier agreed to came off what he is owed, once.",
    ),
    Invariant(
        "redress.faults_are_liabilities",
        """select l.number, l.supplier, f.supplier_id as scored from redress_liability l
        full join procurement_fault f on f.reference = l.number
        where (l.id is null) or (l.state <> 'proposed' and l.supplier > 0) <> (f.id is not null)
            or (f.id is not null and f.supplier_id <> l.supplier_id)""",
        "A supplier's scorecard holds the losses he answers for, and no others.",
    ),
    Invariant(
        "redress.grants_within_limits",
        """select number, kind, amount, free, most, approved from redress_grant
        where state = 'granted' and (amount > most or (not approved and (amount > free or beyond <> '')))""",
        "What was given is within the playbook, or somebody who may has agreed.",
    ),
    Invariant(
        "redress.grants_were_carried_out",
        """select g.number, g.kind, g.amount, g.outcome from redress_grant g
        left join aftersales_case c on c.number = g.outcome and c.order_number = g.order_number and c.reserved
        where g.state = 'granted' and g.kind in ('refund', 'freight')
            and (c.id is null or c.goods_amount + c.freight_amount <> g.amount)""",
        "Money that was given is a case that gave it.",
    ),
    Invariant(
        "redress.lost_parcels_were_refunded",
        """select h.number, h.case_number from redress_chase h left join aftersales_case c
            on c.number = h.case_number and c.order_number = h.order_number
        where h.remedy <> '' and c.id is null""",
        "The buyer of a lost parcel who was served has a case of it.",
    ),
]
