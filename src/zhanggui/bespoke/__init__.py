"""Goods that are made for their buyer (定制): what a product asks him for, and what that costs.

Owns the particulars a product asks for, how many of it are made a day, and the photos buyers send along. It promises that the same
answers come to the same words and the same surcharge. It never learns who the buyer is, and makes nothing: the workshop does.
"""
