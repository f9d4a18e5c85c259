"""The demo mall: goods, pictures and pages of a shop that never was, and ninety days of its life.

It owns no table and promises that an empty mall becomes one worth looking at: everything in it was done through the
services of the modules, at its own time by the mall's clock, so that books, stock and reports agree as they would in a
mall that was really used. The same seed gives the same life. All of it is one transaction: an interrupted load leaves
nothing. It never touches a mall that has something in it.
"""
