"""Announcements to other people's programs: signed (Standard Webhooks), repeated until heard, kept in a log.

Owns endpoints, deliveries and the log of attempts. Promises that every event an endpoint asked for becomes exactly one
delivery, that a delivery is tried again with growing pauses until it is heard or becomes a dead letter for staff to
replay, that an endpoint is never switched off behind its owner's back, and that no address inside our own network is
ever called. Order is not promised: receivers have `webhook-id` and the event's time.
"""
