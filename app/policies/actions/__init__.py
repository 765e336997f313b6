"""What is done to policies, split by noun: ``drafts``, ``versions``, ``adoptions``, ``standings``."""
