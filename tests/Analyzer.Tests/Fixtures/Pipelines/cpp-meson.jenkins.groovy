# refused: something to do: None of the 1 jobs can run there. What stands in the way is listed under what was not inferred.
# not inferred: . test: how to get meson into a container of cpp is not known here
