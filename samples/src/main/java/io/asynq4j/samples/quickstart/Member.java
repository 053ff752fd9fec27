package io.asynq4j.samples.quickstart;

/** Somebody who signed up, in any alphabet. */
record Member(String name, String address) {}
