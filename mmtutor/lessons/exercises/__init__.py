"""The exercises: for each its solution and the typical wrong answers, one folder a chapter."""
