"""What each ⊕ costs: numbers and operations against width, modalities and rank, on a log plot."""
