"""Find the sheep that bleats: drive the robot, let policies drive, race them."""
