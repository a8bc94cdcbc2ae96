# refused: something to do: None of the 1 jobs can run there. What stands in the way is listed under what was not inferred.
# not inferred: . lint: 'hadolint Dockerfile' calls hadolint, which neither the repository nor a set-up step installs
# not inferred: . build: it builds images, and the containers of Jenkins have no Docker
