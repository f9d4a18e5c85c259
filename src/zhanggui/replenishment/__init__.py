"""What to buy, and why: demand forecast per SKU, stock that keeps a promised service level, proposals that become orders.

Owns the rounds of forecasts, what each SKU is expected to sell, and the proposals made of it. It promises that a model is
chosen by what it would have said about the past, that every proposal shows the figures it was made from, and that a
proposal becomes an order once. It never buys by itself, and nothing on the selling path may ask it.
"""
