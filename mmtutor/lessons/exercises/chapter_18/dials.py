"""18.2: with which dials does what tell the object?"""

from __future__ import annotations

from mmtutor.lessons.questions import Labels, Question

_SCENES = ("as usual", "stereo", "pitch by size", "off-screen")
_WHAT = ("nothing", "sound alone", "only both")


def _said(*what: int) -> dict[str, str]:
    return {scene: _WHAT[k] for scene, k in zip(_SCENES, what, strict=True)}


DIALS = Question(
    form=Labels(_SCENES, _WHAT),
    solution=_said(2, 1, 2, 0),
    mistakes=(
        ({"as usual": "sound alone"}, "As usual: the sound is the same whoever it comes from."),
        ({"as usual": "nothing"}, "As usual: whose rhythm is it that one hears?"),
        ({"stereo": "only both"}, "Stereo: the objects always stand left, in the middle and right. "
                                  "An ear for each side is enough."),
        ({"stereo": "nothing"}, "Stereo: a sound from the left is louder in the left ear."),
        ({"pitch by size": "sound alone"}, "Pitch by size: a low sound is a large ball's. But "
                                           "*where* the large ball is, the sound does not say."),
        ({"pitch by size": "nothing"}, "Pitch by size: what is added to the rhythm takes nothing "
                                       "away from it."),
        ({"off-screen": "only both"}, "Off-screen: none of the three is heard."),
        ({"off-screen": "sound alone"}, "Off-screen: the sound belongs to none of the three."),
    ),
    praise="A baseline of one sense far above chance would show that such a dial was on.",
    hint="Ask for each: does the sound know a place? Does it know a property that is seen?",
)  # fmt: skip
