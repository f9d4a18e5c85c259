"""What every module stands on and none may bypass: money, time, ids, actors, audit, outbox, states, errors, settings.

It promises no business meaning: it imports none of the modules, and every module may import it.
"""
