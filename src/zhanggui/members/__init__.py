"""The buyers: profiles and addresses, tiers, points and balances.

Owns what the mall knows of a member beyond the sign-in (`accounts`). A member's id is its account's id. Promises that
personal data leaves this module masked unless the reader is the member or holds `members.view_personal`, and that such
a reading is written down; that a tier follows from what was paid and kept, or from a grant on the record; and that points and
balances are a ledger of double entry. Consent comes with its own work.
"""
