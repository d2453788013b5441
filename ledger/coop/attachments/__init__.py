"""Photos, papers and voices that lie beside the books."""
