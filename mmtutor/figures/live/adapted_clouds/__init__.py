"""The clouds of two domains, before and after adapting."""
