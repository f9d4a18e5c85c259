"""The buyers: profiles and addresses.

Owns what the mall knows of a member beyond the sign-in (`accounts`). A member's id is its account's id. Promises that
personal data leaves this module masked unless the reader is the member or holds `members.view_personal`, and that such
a reading is written down. Tiers, points and consent come with their own work.
"""
