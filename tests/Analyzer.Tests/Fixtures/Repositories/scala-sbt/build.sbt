ThisBuild / scalaVersion := "3.3.6"

name := "streams"

libraryDependencies += "org.typelevel" %% "cats-effect" % "3.6.0"
libraryDependencies += "org.scalatest" %% "scalatest" % "3.2.19" % Test
