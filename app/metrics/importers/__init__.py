"""What comes from outside, made plain: answers of platforms."""
