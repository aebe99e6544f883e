"""Feature maps: what two layers of filters make of a picture that the reader moves or draws."""
