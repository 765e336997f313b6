"""Reading, by noun: ``sessions`` before a tenant is known; ``persons``, ``positions``, ``roles``, ``links`` within one."""
