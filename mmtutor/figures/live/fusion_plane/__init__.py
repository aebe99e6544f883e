"""Two features to drag, a choice of ⊕, and h: what does each ⊕ keep, what does it throw away?"""
