"""Where to connect, under which policy, with which password: targets, profiles and the files they come from."""
