"""What a SKU costs now, what it will cost in a planned window, what it did cost, and what delivery costs.

Promises: a price read at an instant is exact for that instant; the windows of a SKU never overlap; every change is on record
with who and why. It never knows the buyer: promotions take prices down from here, this module does not.
"""
