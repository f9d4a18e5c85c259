"""Carriers (承运商): who carries, how long it takes and what it costs, and the waybills asked of them.

Owns the carriers, their lanes (one row is both the days buyers are told and the tariff the mall is charged), the rules by which
one is chosen, the accounts at label services, and every waybill with its cost. Promises that a waybill number is one parcel's,
that one reference has one living waybill however often and by how many it is asked for, and that whatever a service says is
checked before it is believed. It never knows an order or a parcel beyond the reference it is given, and moves neither.
"""
