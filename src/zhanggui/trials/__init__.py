"""Free trials (试用中心): pieces of a product given to members who apply, and the reports they owe for them.

Owns trials, applications and who owes a report. Promises that the pieces of a published trial are put aside in stock, that no
more are given than there are, that a draw follows from a seed the mall was bound to before anybody applied, and that whoever owes
a report gets no other piece. A piece leaves as an ordinary order whose one line costs nothing, so stock, parcels and after-sales
need no second way. It writes no reviews: that a report is there it is told.
"""
