"""Ship or tell (OWN-06): what has been promised to leave by when, who is told when it does not, and what the buyer then chooses.

Promises: a deadline that passes is told once to whoever has to act; where units cannot be sent, their buyer is asked and his first
answer is carried out, once, whatever the warehouse does in the same moment. It never decides for a buyer unless the mall said so,
and moves no goods or money itself: orders, fulfilment and after-sales do.
"""
