"""The mall keeps its word: what it shows is what checkout charges, and who paid more than the price of a few days later is paid back.

Owns the comparison of every shown price and promise with what checkout would charge (its differences from first to last
sight), who looked a promotion over before it starts, the price guarantee (whose price is guaranteed, how long, and what is due;
after-sales pays it), and what of prices could be taken for fraud, with its evidence. It shows nothing itself and changes no price:
whoever shows prices says what it shows through `types.Speaker`, bound in `config/wiring.py`, with the code that makes its pages.
"""
