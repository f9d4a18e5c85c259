"""The life of a waybill: requested of a service until it answers; issued; cancelled unused, or refused by the service."""

REQUESTED, ISSUED, CANCELLED, FAILED = "requested", "issued", "cancelled", "failed"
STATES = (REQUESTED, ISSUED, CANCELLED, FAILED)

#: What a line of a carrier's bill was found to be: as expected, heavier, dearer, of no waybill of ours, billed before.
OK, HEAVY, DEAR, UNKNOWN, TWICE = "ok", "heavy", "dear", "unknown", "twice"
FOUND = (OK, HEAVY, DEAR, UNKNOWN, TWICE)
