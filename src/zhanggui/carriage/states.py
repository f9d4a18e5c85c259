"""The life of a waybill: requested of a service until it answers; issued; cancelled unused, or refused by the service."""

REQUESTED, ISSUED, CANCELLED, FAILED = "requested", "issued", "cancelled", "failed"
STATES = (REQUESTED, ISSUED, CANCELLED, FAILED)
