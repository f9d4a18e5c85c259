"""What is sold: products and their SKUs, categories, brands, typed attributes, pictures, and the search over them.

It owns the listing projection that list pages and search read, and keeps it right in the transaction that changes a
product. It promises that a SKU's code and a product's code never change their owner. It asks nobody: prices, stock,
sales and ratings are written down here by the modules above.
"""
