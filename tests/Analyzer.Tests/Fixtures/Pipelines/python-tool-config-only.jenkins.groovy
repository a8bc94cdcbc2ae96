# refused: something to do: Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.
