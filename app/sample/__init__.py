"""The sample district of rehearsal: everything in it is made up."""
