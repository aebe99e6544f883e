"""A spoken word to hear and to look at: its wave, its spectrogram, and the noise of the room."""
