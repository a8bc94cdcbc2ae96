plugins {
    alias(libs.plugins.spotless)
    alias(libs.plugins.spotbugs) apply false
}

/* id("pmd") */
subprojects {
    apply(plugin = "checkstyle")
}
