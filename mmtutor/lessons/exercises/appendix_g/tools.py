"""G.1 to G.3: an LSTM counted twice, who takes which tool, and what may be sold."""

from __future__ import annotations

from mmtutor.lessons.questions import Choices, Labels, Number, Numbers, Question

COUNTS = Question(
    form=Numbers(Number("PyTorch", of="whole"), Number("Keras", of="whole")),
    solution=[42_496, 42_240],
    mistakes=(
        ([42_240, 42_496], "Exchanged: the one with two biases is PyTorch."),
        ([41_984, 41_984], "These are the matrices. Each gate has biases, too."),
        ([42_496, 42_496], "Keras has one bias a gate and unit, not two."),
        ([42_240, 42_240], "PyTorch has two: `bias_ih` and `bias_hh`."),
        ([42_496, 41_984], "PyTorch is right. Keras has biases, too: one a gate and unit."),
        ([41_984, 42_240], "Keras is right. PyTorch has biases, too, and two of each."),
        (
            [42_112, 42_048],
            "One bias for all gates: each of the four has its own 64, in PyTorch twice.",
        ),
        ([84_992, 84_480], "You counted two directions. This LSTM has one."),
        (
            [31_872, 31_680],
            "Those are three gates, as in a GRU. An LSTM has four.",
        ),
        (
            [66_400, 66_000],
            "Width and state are exchanged: the words are 100 wide, the state has 64 numbers.",
        ),
        (
            [10_624, 10_560],
            "That is one gate. There are four: input, forget, candidate and output.",
        ),
        ([26_112, 25_856], "The matrix for the state is missing: four times 64 × 64."),
        ([16_896, 16_640], "The matrix for the input is missing: four times 64 × 100."),
    ),
    praise="256 numbers apart, and the same function: only the sum of the two biases is ever used.",
    hint="Four gates; each has 64 × 100 for the input, 64 × 64 for the state, and 64 biases, in "
    "PyTorch twice.",
)

_TOOLS = ("AutoGluon", "OpenCLIP", "Whisper", "mmtutor")

WHO = Question(
    form=Labels(("archive", "interviews", "shop", "thesis"), _TOOLS, each_once=True),
    solution={
        "archive": "OpenCLIP",
        "interviews": "Whisper",
        "shop": "AutoGluon",
        "thesis": "mmtutor",
    },
    mistakes=(
        (
            {"archive": "AutoGluon"},
            "archive: AutoGluon learns from labels, and there are none.",
        ),
        (
            {"archive": "Whisper"},
            "archive: Whisper hears; these are photographs.",
        ),
        (
            {"archive": "mmtutor"},
            "archive: mmtutor has no network that knows photographs.",
        ),
        (
            {"shop": "mmtutor"},
            "shop: it can be built with mmtutor, but not this afternoon; one of the four takes a "
            "table as it is.",
        ),
        ({"shop": "OpenCLIP"}, "shop: OpenCLIP gives features; prices it does not read."),
        ({"shop": "Whisper"}, "shop: nothing is spoken there."),
        (
            {"thesis": "AutoGluon"},
            "thesis: AutoGluon chooses its fusion itself; yours is what is asked about.",
        ),
        (
            {"thesis": "OpenCLIP"},
            "thesis: OpenCLIP compares two vectors, and has no ⊕ to exchange.",
        ),
        (
            {"thesis": "Whisper"},
            "thesis: Whisper turns speech into text; it has no ⊕ to exchange.",
        ),
        (
            {"interviews": "AutoGluon"},
            "interviews: AutoGluon learns from labels; nobody has written down what was said.",
        ),
        (
            {"interviews": "mmtutor"},
            "interviews: mmtutor has no network that turns speech into text.",
        ),
        ({"interviews": "OpenCLIP"}, "interviews: OpenCLIP sees and reads; it does not hear."),
    ),
    praise="What is there, and what is wanted: that decides, not the name.",
    hint="Ask of each: which senses are there, are there labels, and is a result wanted or an "
    "understanding?",
)

SOLD = Question(
    form=Choices("OpenCLIP", "ImageBind", "Whisper", "COCO photographs", "our own photographs"),
    solution={"OpenCLIP", "Whisper", "our own photographs"},
    mistakes=(
        ({"ImageBind": True}, "ImageBind is under CC BY-NC-SA 4.0: NC is *non-commercial*."),
        (
            {"COCO photographs": True},
            "COCO's labels are CC BY 4.0. The photographs belong to whoever took them, each under "
            "a licence of its own.",
        ),
        ({"our own photographs": False}, "What is your own you may sell."),
        ({"Whisper": False}, "Whisper is under the MIT licence, which allows it."),
        ({"OpenCLIP": False}, "OpenCLIP's code is under the MIT licence, which allows it."),
    ),
    praise="For OpenCLIP that is the code. Which *weights* you load into it is a further question.",
    hint="Look at the column *licence* of G.1 and G.4: MIT allows it, NC forbids it, and a "
    "photograph belongs to whoever took it.",
)
