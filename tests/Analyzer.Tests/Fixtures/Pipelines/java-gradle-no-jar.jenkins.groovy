# refused: something to do: Nothing in the repository says how it is built, tested or kept up to date, and no command is invented. Add a build script, a test script or a lock file.
# not inferred: . wrapper: gradlew does not run without gradle/wrapper/gradle-wrapper.jar, which is not in the repository; which Gradle to take instead is not certain
# not inferred: . build: 'gradle assemble' is not certain enough (0.55)
# not inferred: . test: 'gradle test' is not certain enough (0.55)
