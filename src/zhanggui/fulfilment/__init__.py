"""Parcels: what left in which parcel with which carrier, and the carrier's news of it.

Promises: a waybill is one parcel however often it is told; units leave the shelf, the order and the parcel in one
transaction; news may come twice and in any order and leads to the same state. It never decides about money, and the
order never asks it: it tells the order through `orders.services`.
"""
