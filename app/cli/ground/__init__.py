"""`hotline district`: what is wrong with a district or a map of its grids, and the district as it is in force."""
