"""The pages of metrics: an account's figures with their provenance, and imports."""
