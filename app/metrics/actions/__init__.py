"""What changes in metrics: days stored and rolled up, pulls, whose figure stands."""
