"""The pages suppliers see, each by a link of its own: a purchase order, a request for offers."""
