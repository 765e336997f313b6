"""What changes in metrics: days stored and rolled up, pulls, imports."""
