"""One entry of the log as its cooperative sees it: what it says, what may be done next, how it is mended."""
