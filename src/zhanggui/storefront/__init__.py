"""The shop: the pages buyers see. A request becomes a query or a command of a module, the answer becomes a page.

It promises that every page reads and buys without scripts, in both languages, on a phone first, and that whatever is
refused comes back with what was typed. It holds no rule of the business, opens no transaction and writes no table.
"""
