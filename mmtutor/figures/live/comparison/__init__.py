"""What was measured, beside what the reader predicted."""
