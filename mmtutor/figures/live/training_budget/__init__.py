"""Training budget: what a training costs on many devices, and where the wire takes over."""
