"""Pages made of typed blocks, articles and help, menus, and the style of the shop.

Owns drafts, their versions and what of them is published, in both languages. Promises that a page is shown only as it
was published, that a version can always be had back, that the second of two editors is told and sees the difference,
and that the home page never shows more advertisements at once than the mall allows. It names goods and coupons by id
and leaves prices, stock and offers to whoever shows the page.
"""
