"""Find the sheep that bleats: drive the robot, let policies drive, race them."""

from mmtutor.figures.live.find_sheep.figure import FindSheep

__all__ = ["FindSheep"]
