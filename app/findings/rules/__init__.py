"""The pure thinking of findings: ``states`` of a finding, and what is seen and judged (``judging``)."""
