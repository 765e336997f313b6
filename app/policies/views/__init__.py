"""The pages of policies: ``reading`` (the list, a policy, a version), ``drafting`` and ``deciding`` (publish, adopt)."""
