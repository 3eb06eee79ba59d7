"""A shop: a file of orders, priced and charged by a worker in another process, and checked against plain calls."""
