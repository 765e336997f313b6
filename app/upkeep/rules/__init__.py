"""What a backup file is made of, and what the doctor says; nothing here knows the database."""
