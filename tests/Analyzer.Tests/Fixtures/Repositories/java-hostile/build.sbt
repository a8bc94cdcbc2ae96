name := "${id}"
"a" % "b;id" % "c"
