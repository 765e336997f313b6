"""What changes on the way of a file: checked, matched, carried out part by part, taken back."""
