"""Training the judge, which tells from the surroundings of a candidate whether it is one whole chromosome."""
