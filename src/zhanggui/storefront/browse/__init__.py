"""Finding: home, categories, search, products, articles."""
