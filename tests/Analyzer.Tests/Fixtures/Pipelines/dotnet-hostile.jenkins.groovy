# refused: something to do: Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.
# not inferred: . build: the solution would have to be named, and its name has characters that a shell or a CI vendor would interpret
