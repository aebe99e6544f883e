"""What a speaker says and what a speaker means."""
