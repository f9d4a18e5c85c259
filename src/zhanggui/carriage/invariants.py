"""Facts about waybills that must always hold."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "carriage.waybill_is_one_parcel",
        "select p.number, p.carrier, p.waybill_no from fulfilment_parcel p where p.waybill_no <> '' and exists (select 1 from"
        " carriage_waybill w where w.carrier = p.carrier and w.number = p.waybill_no and (w.state <> 'issued' or w.used_at is null))",
        "A parcel's waybill is an issued one, and marked as used by it.",
    ),
    Invariant(
        "carriage.used_is_a_parcel",
        "select w.id, w.carrier, w.number from carriage_waybill w where w.used_at is not null and not exists (select 1 from"
        " fulfilment_parcel p where p.carrier = w.carrier and p.waybill_no = w.number)",
        "A used waybill belongs to a parcel.",
    ),
    Invariant(
        "carriage.answered_keeps_no_address",
        "select id, reference, state from carriage_waybill where shipment is not null and state <> 'requested'",
        "What was told to a label service is kept only until it has answered.",
    ),
]
