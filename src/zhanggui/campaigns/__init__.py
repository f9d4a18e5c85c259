"""Campaigns (活动策划): what is sold together under one theme, when, at which planned price, by which offers, and what makes it known.

Owns the campaign records: theme, window, goods with their roles, the offers that belong to them, the plan of placements with
their budgets and reviews. Promises that the dates of an announced campaign never change, and that whoever announces one whose
goods are in another at the same time has said why. Never sets a price, starts a promotion or buys a placement: it says what is
planned, and what is in its way.
"""
