"""Reading metrics: figures with their provenance, sums over periods, posts, runs."""
