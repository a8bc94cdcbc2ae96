plugins {
    kotlin("jvm") version "2.2.0"
    id("org.jlleitschuh.gradle.ktlint") version "12.1.0"
    id("io.gitlab.arturbosch.detekt") version "1.23.8"
    id("org.jetbrains.kotlinx.kover") version "0.9.0"
}

dependencies {
    implementation("io.ktor:ktor-server-core:3.2.0")
    implementation("org.postgresql:postgresql:42.7.4")
    testImplementation("org.testcontainers:postgresql:1.21.0")
}
