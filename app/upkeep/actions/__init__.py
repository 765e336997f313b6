"""Making a backup, and filling an empty place from one."""
