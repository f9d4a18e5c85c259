"""The HTTP interface: the store's API for buyers' programs, the operations API for staff, the gateways' notifications.

It translates: a request becomes a command or a query of a module, the result becomes JSON, every refusal becomes
RFC 9457 problem+json in the caller's language. It holds no rule of the business, opens no transaction and writes no
table. `/api/openapi.json` describes all of it.
"""
