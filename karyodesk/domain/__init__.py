"""What a laboratory talks about: labels, outlines, chromosomes, cells, karyograms, edits. Plain frozen data."""
