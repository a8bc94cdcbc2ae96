plugins {
    java
    jacoco
    alias(libs.plugins.spring.boot)
}

java {
    toolchain { languageVersion = JavaLanguageVersion.of(libs.versions.java.get()) }
}

dependencies {
    implementation(libs.jedis)
}
