"""Group buying by invitation (拼团): offers, groups, and who has which seat of them.

Owns the offers, the groups buyers open and the seats in them, and the door through which an order takes a seat. Promises
that a group never has more buyers than seats, nobody two seats of one group, and no offer more groups than it has. Never
knows an order beyond its number, nor who paid: whoever does (orders) says which groups are full and which have failed.
"""
