"""Changing, by noun: ``persons``, ``positions``, ``roles``, ``links``, ``sessions``."""
