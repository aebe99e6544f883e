"""What all live figures share: the Python base, controls, sound, canvas, a network in the page."""
