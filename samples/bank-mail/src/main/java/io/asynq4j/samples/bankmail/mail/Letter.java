package io.asynq4j.samples.bankmail.mail;

/** A message to one recipient. */
public record Letter(String address, String subject, String text) {}
