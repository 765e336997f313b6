"""What the homes and the page of a place show, gathered from the rooms below; one module for each home."""
