"""A robot that sees and hears: find the sheep that bleats among silent ones.

As a gymnasium environment: ``gymnasium.make("mmtutor.navigation.environment:SilentSheep-v0")``.
"""

from mmtutor.navigation.imitation import imitate, lessons, loss_on
from mmtutor.navigation.maps import HEADINGS, Map, draw_map, geodesic, read_map
from mmtutor.navigation.policy_gradient import advantages, clipped_loss, ppo, rewards
from mmtutor.navigation.senses import RAYS, hear, look
from mmtutor.navigation.voices import BANDS, VOICES, Voice, draw_voice
from mmtutor.navigation.walker import SENSES, Walker
from mmtutor.navigation.walks import Agent, Walks, walk
from mmtutor.navigation.worlds import ACTIONS, LIMIT, Worlds, draw_worlds

__all__ = [
    "ACTIONS",
    "BANDS",
    "HEADINGS",
    "LIMIT",
    "RAYS",
    "SENSES",
    "VOICES",
    "Agent",
    "Map",
    "Voice",
    "Walker",
    "Walks",
    "Worlds",
    "advantages",
    "clipped_loss",
    "draw_map",
    "draw_voice",
    "draw_worlds",
    "geodesic",
    "hear",
    "imitate",
    "lessons",
    "look",
    "loss_on",
    "ppo",
    "read_map",
    "rewards",
    "walk",
]
