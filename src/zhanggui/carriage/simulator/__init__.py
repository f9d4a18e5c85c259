"""Label and tracking services, simulated: 快递100 and 快递鸟 with their real signatures and the way they behave.

It owns its waybills, their road and its pushes in one SQLite file and promises what the services promise: a number for an order
code, the same one when asked again; tracks that go on with time; pushes until they are acknowledged. On order it misbehaves (times
out, answers nonsense, refuses; forges, repeats, reorders, loses pushes, pushes parcels nobody knows). It never imports Django or
the mall, and no parcel ever moves.
"""
