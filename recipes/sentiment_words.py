"""Which words of VADER's lexicon the sentences of data/sentiment are made of."""

from __future__ import annotations

ADJECTIVES = """
amazing awesome beautiful brilliant charming cheerful clever comforting delicious delightful
elegant enjoyable excellent exciting fantastic fascinating funny generous great inspiring
lovely magnificent marvelous perfect pleasant relaxing remarkable splendid superb sweet
wonderful impressive
annoying awful boring cruel depressing disappointing disastrous disgusting dreadful dull
frustrating horrible horrid hostile humiliating irritating lousy miserable nasty
painful pathetic poor shameful stupid terrible tragic ugly unfair unpleasant useless
""".split()

VERBS = "adore admire enjoy like love trust fear hate regret dislike distrust loathe".split()
