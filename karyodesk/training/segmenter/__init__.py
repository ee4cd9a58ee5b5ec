"""Training of the segmenter: from boxes that people drew to one mask a chromosome."""
