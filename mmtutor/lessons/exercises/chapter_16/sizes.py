"""16.1 to 16.4: bytes, samples and minutes foreseen; and what cures what."""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Number, Numbers, Question

MEMORY = Question(
    form=Numbers(
        Number("DDP, GB", tolerance=4e-3), Number("FSDP, GB", tolerance=4e-3)
    ),
    solution=[1.6, 0.2],
    mistakes=(
        ([(0.196, 0.204), (1.59, 1.61)], "The other way round: DDP first, then FSDP."),
        ([(1.59e9, 1.61e9), None], "Those are bytes. A gigabyte is 10⁹ of them."),
        ([(0.396, 0.404), None], "Those are the weights alone. Count gradients and AdamW, too."),
        ([(0.796, 0.804), None], "Weights and gradients. AdamW keeps two numbers more of each."),
        ([(1.196, 1.204), None], "12 bytes a weight: one of the four is missing. Weight, gradient, "
         "and *two* means."),
        ([(12.7, 12.9), None], "That is what all eight hold together. Asked is one process."),
        ([None, (1.59, 1.61)], "With FSDP a process keeps its share only: divide by 8."),
        ([(0.196, 0.204), None], "With DDP each process holds the whole: nothing is divided."),
        ([None, (0.049, 0.051)], "Your FSDP has the weights in parts. Gradients and AdamW's means "
         "count, too."),
        ([(1599, 1601), None], "Those are megabytes. A gigabyte is 10⁹ bytes."),
    ),
    praise="16 bytes a weight, and FSDP divides all of them by the number of processes.",
    hint="Each weight takes 4 bytes, its gradient 4, AdamW's two means 8. DDP holds that in every "
    "process, FSDP one part in eight of it.",
)  # fmt: skip

SHARES = Question(
    form=Numbers(Number("samples", of="whole"), Number("steps", of="whole")),
    solution=[16, 100],
    mistakes=(
        ([100, 16], "The other way round: samples first, then steps."),
        ([64, None], "Each process gets 64, but takes them in four parts: accumulate=4."),
        ([128, None], "You divided by 4. There are eight processes, too: batch_size is the batch "
         "of all together."),
        ([512, None], "512 is the batch of all processes together."),
        ([None, 400], "A step is taken after all four parts: accumulate does not make more steps."),
        ([None, 800], "Each process takes the same steps, on its share: 8 processes do not make "
         "more of them."),
        ([None, 13], "51,200 are all samples, and batch_size is that of all processes: do not "
         "divide by 8."),
        ([None, 3200], "You divided by what one process has in memory. A step sees 512 samples."),
    ),
    praise="512 / 8 / 4 in memory, and the steps that one process would take.",
    hint="512 samples a step, shared out over eight processes, each share in four parts. How many "
    "times do 512 go into 51,200?",
)  # fmt: skip

INTERVAL = Question(
    form=Numbers(
        Number("minutes", tolerance=0.6), Number("failures", tolerance=0.02)
    ),
    solution=[(2 * 30 * 144_000) ** 0.5 / 60, 6.0],
    mistakes=(
        ([(5.9, 6.1), (48, 50)], "The other way round: minutes first, then failures."),
        ([(1090, 1100), None], "You took the failures of *one* device. 500 fail 500 times as "
         "often."),
        ([(34.2, 35.0), None], "The root of δμ: the 2 is missing."),
        ([(2930, 2950), None], "Those are seconds. Minutes are asked for."),
        ([(0.81, 0.83), None], "Those are hours. Minutes are asked for."),
        ([(378, 381), None], "δ is in seconds and μ in minutes: bring both to one unit."),
        ([None, (0.0119, 0.0121)], "One device fails that often in ten days. There are 500."),
        ([None, (0.24, 0.26)], "You counted ten *hours*. Ten days are 240."),
    ),
    praise="Every 40 hours one of them fails, so six times in ten days; save every 49 minutes.",
    hint="500 devices: μ = 20,000 h / 500. Then τ* = √(2 δ μ), all in seconds; and 240 h / μ "
    "failures.",
)  # fmt: skip

_CURES = ("data", "accumulate", "fsdp", "larger batch")
CURES = Question(
    form=Labels("abcd", _CURES, aliases={"larger batches": "larger batch"}),
    solution={"a": "data", "b": "accumulate", "c": "fsdp", "d": "larger batch"},
    mistakes=(
        ({"a": "larger batch"}, "*a*: a larger batch is a longer input, too. What does the device "
         "wait for?"),
        ({"a": "fsdp"}, "*a* has no lack of memory. What does the device wait for?"),
        ({"a": "accumulate"}, "*a* fits into memory as it is. What does the device wait for?"),
        ({"b": "fsdp"}, "*b*: FSDP shares out what does *not* grow with the batch. With a batch of "
         "16 it fits."),
        ({"b": "larger batch"}, "*b* has no room for a larger batch."),
        ({"b": "data"}, "*b* is short of memory, and it grows with the batch."),
        ({"c": "accumulate"}, "*c*: one sample cannot be taken in parts, and does not fit."),
        ({"c": "larger batch"}, "*c* does not fit with one sample. More of them need more."),
        ({"c": "data"}, "*c* is short of memory, and not for its samples."),
        ({"d": "fsdp"}, "*d*: FSDP exchanges more than DDP, not less."),
        ({"d": "accumulate"}, "*d* is near, but the batch stays the same, and with it work and "
         "exchange of a step."),
        ({"d": "data"}, "*d* waits for the wire, not for data."),
    ),
    praise="Each cure belongs to one of four: input, activations, fixed memory, exchange.",
    hint="Which of the four is it: getting data, activations, the 16 bytes a weight, or the "
    "exchange?",
)  # fmt: skip
