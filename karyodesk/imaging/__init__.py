"""From a file to optical density, bodies, straightened chromosomes and their centromeres."""
