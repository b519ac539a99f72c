package dev.reclaim.cli.demo;

/** One value of one label of a policy. */
public record Label(String policy, String name, String value) {}
