"""Lucky draws (抽奖): published odds, chances taken one after another, and outcomes anybody can compute again.

Owns draws, their tables of prizes and every chance that was taken. Promises that a draw's secret seed is committed to before
it opens and published once it is over, that each outcome follows from that seed, the chance's number and its member's own
word, that no prize is given more often than there are pieces, and that nothing published changes. Never holds coupons or
points itself: it hands out what promotions and members keep.
"""
