# refused: something to do: Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.
# not inferred: . packageManager: lock files of uv and poetry are there, and existing CI does not decide between them
