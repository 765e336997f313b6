"""What comes from outside, made plain: answers of platforms and files of daily figures."""
