# refused: something to do: None of the 2 jobs can run there. What stands in the way is listed under what was not inferred.
# not inferred: broken lint: broken/compose.yml:4 reads a file of variables that is not in the repository
# not inferred: . build: it builds images, and the containers of Jenkins have no Docker
# not inferred: monitoring check-monitoring: it builds images, and the containers of Jenkins have no Docker
