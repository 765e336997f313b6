"""The pages of the desk: ``homes`` (one for each role and place) and ``setting_up`` (the first consortium)."""
