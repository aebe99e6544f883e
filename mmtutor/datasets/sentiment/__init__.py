"""A sentence, a tone of voice and a face, and what the speaker means by all three."""
