"""After something went wrong: who answers for the loss, what the buyer is given for it, and what is got back from whom.

Promises: the shares of a liability make a hundred, are decided by a person and stay changeable with their history until a claim
stands on them; a compensation is given once, within the limits of the playbook or by somebody who may go beyond; of a claim no
more is booked as recovered than was agreed. It moves no money, points, coupons or goods itself: after-sales, members,
promotions and procurement do.
"""
