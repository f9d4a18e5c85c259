"""What would have been: real orders of the past replayed under promotions that are only proposed (促销时光机).

Owns the replays: who asked for them, the proposal as it was, how far they are and the figures they gave. It promises that the
promotions that really ran give back every order's discount to the fen, and says what no replay can know. It never changes an
order, a promotion or a counter, and nothing on the selling path may ask it.
"""
