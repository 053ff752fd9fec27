package io.asynq4j.samples.quickstart;

import io.asynq4j.handler.SkipRetryException;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Properties;

/** Sends letters over SMTP. Safe for use by many threads. */
final class Mailer {
    /** The header that names the task behind a message. */
    static final String TASK_ID = "X-Task-Id";

    private static final String FROM = "hello@example.org";

    private final Session session;

    Mailer(String host, int port) {
        var settings = new Properties();
        settings.setProperty("mail.smtp.host", host);
        settings.setProperty("mail.smtp.port", Integer.toString(port));
        settings.setProperty("mail.smtp.connectiontimeout", "5000");
        settings.setProperty("mail.smtp.timeout", "5000");
        settings.setProperty("mail.mime.allowutf8", "true"); // addresses in any alphabet, if the server takes them
        session = Session.getInstance(settings);
    }

    /**
     * Sends a letter and waits until the server has it.
     *
     * @throws SkipRetryException when the server will never take it
     * @throws MessagingException when it did not take it now
     */
    void send(Letter letter) throws MessagingException {
        var message = new MimeMessage(session);
        message.setFrom(FROM);
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.address()));
        message.setSubject(letter.subject(), "UTF-8");
        message.setText(letter.text(), "UTF-8");
        message.setHeader(TASK_ID, letter.taskId());
        try {
            Transport.send(message);
        } catch (SendFailedException refused) {
            if (isEmpty(refused.getInvalidAddresses())) { // the server said 4xx: not now
                throw refused;
            }
            throw new SkipRetryException("the mail server refuses the recipient for good", refused);
        }
    }

    private static boolean isEmpty(Address @org.jspecify.annotations.Nullable [] addresses) {
        return addresses == null || addresses.length == 0;
    }
}
