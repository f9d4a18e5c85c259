"""The buyer's own: sign-in, orders, favourites, addresses, coupons, returns, settings."""
