"""What other shops ask for the same goods, what the mall does about it, and what it did (PRC-08).

Owns the competitors, the prices seen at them (written once), the rules of response by category, and the findings: a price that
calls for an answer, what was proposed, what somebody decided and why. It promises that no proposal goes below a floor, and that
an answer is an ordinary price change with its approval. It never changes a price by itself.
"""
