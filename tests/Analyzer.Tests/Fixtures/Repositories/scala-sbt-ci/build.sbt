lazy val root = project.in(file("."))
