"""Suppliers and what is bought of them: their files and papers, price agreements, tenders, purchase orders, receipts, payables.

Owns everything between a need and the goods on the shelf, and what is owed for them. Promises: two agreements over one SKU of one
supplier never overlap; offers of a tender stay sealed until its deadline; a receipt, its movements of stock and what is owed for it
are one transaction, however often it is sent; more than was ordered (and tolerated) is never taken in, and more than is owed is never
paid. Never decides how much should be bought: whoever knows the demand asks `draft_order`.
"""
