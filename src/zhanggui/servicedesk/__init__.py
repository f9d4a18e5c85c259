"""What buyers say about what they bought, and what the mall answers.

Owns the reviews of delivered goods: stars, words, photos, an addition later, the mall's reply. Promises that only a
bought and delivered line is reviewed, once; that the figures of a product are those of its shown reviews; and that
hiding one takes a reason and stays on record. It never changes what a buyer wrote.
"""
