name := "scripted"
