"""What buyers say about what they bought, and what the mall answers.

Owns the reviews of delivered goods: stars, words, photos, an addition later, the mall's reply. Promises that only a
bought and delivered line is reviewed, once; that the figures of a product are those of its shown reviews; and that
hiding one takes a reason and stays on record. It never changes what a buyer wrote.

Owns the register of problem items (问题件) and the daily check of the desk (每日自查), too: an item has an owner and a day until it
is solved or given up in words; who signs a day signs what the register said of it.
"""
