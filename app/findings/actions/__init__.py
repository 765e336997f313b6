"""What is done in findings: ``checking`` holds every rule in force against its places, ``acting`` answers a finding."""
