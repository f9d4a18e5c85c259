"""Pure arithmetic of replenishment: kinds of demand, how much stock is enough, what to buy, what a rule would have done."""
