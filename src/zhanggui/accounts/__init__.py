"""Who somebody is: sign-in identities, staff roles and access tokens.

Owns users (staff and members alike), roles with their permissions as data, tokens (only their digest is kept) and the
counters that slow guessing down. Promises that an unknown account answers exactly as a wrong password does, that a
revoked token is refused within a second everywhere, and that nobody hands out rights beyond their own. It knows
nothing of shopping: a member's profile lives in `members`.
"""
