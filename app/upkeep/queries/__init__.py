"""What is in the database as a whole: its tables and rows for a backup, its state for the doctor and for monitoring."""
