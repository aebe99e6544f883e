"""What do you have, and what do you want: the programs, networks and data that fit."""
