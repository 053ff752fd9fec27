package io.asynq4j.samples.bankmail.members;

/**
 * A member as far as mails go.
 *
 * @param asked whether the mail with the verification code was sent
 * @param verified whether the member has answered with that code
 */
public record Member(long id, String name, String email, boolean asked, boolean verified) {}
