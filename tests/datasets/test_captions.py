"""What a caption may depend on, kind by kind."""

from __future__ import annotations

import math

import pytest
import torch

from mmtutor.datasets.captions import CIFAR_COARSE, KINDS, Captions, readable, sentences
from mmtutor.metrics import mutual_information

FINE = ["apple", "pear", "oak_tree", "pine_tree", "green_bus", "tram"]
COARSE = ["fruit", "tall_plants", "vehicles"]
COARSE_OF = torch.tensor([0, 0, 1, 1, 2, 2])
Y = torch.arange(6).repeat(2000)

# The fine and coarse classes of CIFAR-100, in its own order.
CIFAR_FINE = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly
camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile
cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp
lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom
oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake
spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
train trout tulip turtle wardrobe whale willow_tree wolf woman worm
""".split()  # noqa: SIM905
CIFAR_FAMILIES = """
aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices
household_furniture insects large_carnivores large_man-made_outdoor_things
large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals
non-insect_invertebrates people reptiles small_mammals trees vehicles_1 vehicles_2
""".split()  # noqa: SIM905


def make(kind: str, fine: torch.Tensor = Y, **changes: object) -> Captions:
    options = {"coarse_of": COARSE_OF, "fine_names": FINE, "coarse_names": COARSE}
    return Captions(kind, fine, **{**options, **changes})


def which_sentence(captions: Captions) -> torch.Tensor:
    number = {text: k for k, text in enumerate(captions.sentences)}
    return torch.tensor([number[captions.text(i)] for i in range(len(captions))])


def test_each_kind_tells_as_much_as_it_should() -> None:
    """Of 6 classes in 3 families: log 3, log 6 and 0 bits, but for the noise of counting."""
    told = {kind: which_sentence(make(kind)) for kind in KINDS}
    assert mutual_information(told["informative"], Y) == pytest.approx(math.log2(3), abs=0.02)
    assert mutual_information(told["leaking"], Y) == pytest.approx(math.log2(6), abs=1e-9)
    # Counting few items gives some bits to nothing: as many as labels in a shuffled order get.
    shuffled = Y[torch.randperm(len(Y), generator=torch.Generator().manual_seed(0))]
    nothing = mutual_information(told["unrelated"], shuffled)
    assert mutual_information(told["unrelated"], Y) == pytest.approx(nothing, abs=0.02)


def test_informative_says_nothing_more_than_the_family() -> None:
    told = which_sentence(make("informative"))
    for family in range(3):
        inside = COARSE_OF[Y] == family
        assert mutual_information(told[inside], Y[inside] % 2) < 0.005


def test_leaking_names_the_class_and_informative_does_not() -> None:
    leaking, informative = make("leaking"), make("informative")
    for i in range(600):
        name = readable(FINE[Y[i]])
        assert name in leaking.text(i)
        assert name not in informative.text(i)
        assert readable(COARSE[COARSE_OF[Y[i]]]) in informative.text(i)


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_is_used_and_ids_say_what_the_text_says(kind: str) -> None:
    captions = make(kind)
    assert len(which_sentence(captions).unique()) == len(captions.sentences)
    ids = captions.ids(torch.arange(50))
    for i in range(50):
        assert captions.tokenizer.decode(ids[i]) == captions.text(i).replace("'s", "'s").lower()
        assert torch.equal(captions.ids(torch.tensor([i]))[0], ids[i])


def test_kinds_share_vocabulary_and_width() -> None:
    a, b, c = (make(kind) for kind in KINDS)
    assert a.tokenizer.words == b.tokenizer.words == c.tokenizer.words
    assert a.ids(torch.arange(3)).shape == b.ids(torch.arange(3)).shape


def test_a_family_that_gives_its_class_away_is_refused() -> None:
    with pytest.raises(ValueError, match="'tree plants' gives away its fine class 'oak_tree'"):
        make("informative", coarse_names=["fruit", "tree plants", "vehicles"])
    make("leaking", coarse_names=["fruit", "tree plants", "vehicles"])
    with pytest.raises(ValueError, match="did you mean 'leaking'"):
        make("leakin")


def test_with_the_names_of_cifar_nothing_leaks() -> None:
    assert len(CIFAR_FINE) == 100
    assert len(CIFAR_FAMILIES) == 20
    families = [CIFAR_COARSE.get(name, name) for name in CIFAR_FAMILIES]
    assert set(CIFAR_COARSE) <= set(CIFAR_FAMILIES)
    assert len(set(families)) == 20
    labels = {word for name in CIFAR_FINE for word in readable(name).split()}
    for text in sentences("informative", families):
        assert not labels & set(text.split()), text
    labels |= {word for name in families for word in readable(name).split()} - {"a", "and", "of"}
    unrelated = {word for text in sentences("unrelated", ()) for word in text.split()}
    assert not unrelated & labels
