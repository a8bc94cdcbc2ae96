# refused: something to do: None of the 2 jobs can run there. What stands in the way is listed under what was not inferred.
# not inferred: . check: how to get shfmt into a container of shell is not known here
# not inferred: . test: how to get bats into a container of shell is not known here
