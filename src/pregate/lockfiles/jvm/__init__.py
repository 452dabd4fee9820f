"""Manifests and lock files of Maven, Gradle and sbt."""
