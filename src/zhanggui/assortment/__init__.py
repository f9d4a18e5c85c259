"""Goods as an assortment (商品结构): the part each product plays, how wide and deep the shelves are meant to be, what has to go.

Owns the roles of products with their history, the plan of each category's shelf, decisions about goods that sell slowly and the
reviews in which they fall, and what goes along with a product by hand. Promises that no more products are pushed first than the
mall allows, and that every role, decision and review says who, when and why. Never sets a price, starts a promotion or moves
stock; the one thing it does to goods is to take them off sale where that was decided, by the catalogue's own service.
"""
