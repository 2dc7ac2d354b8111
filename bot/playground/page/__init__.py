"""The page of the playground: what a browser on this machine gets from the stand-in."""
