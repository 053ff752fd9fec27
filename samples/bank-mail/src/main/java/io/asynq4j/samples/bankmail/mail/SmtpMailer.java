package io.asynq4j.samples.bankmail.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Properties;

/** Sends letters over SMTP. */
public final class SmtpMailer implements Mailer {
    private static final String FROM = "bank@example.org";
    private static final String MILLIS = "10000"; // less than any task may take

    private final Session session;

    public SmtpMailer(String host, int port) {
        var settings = new Properties();
        settings.setProperty("mail.smtp.host", host);
        settings.setProperty("mail.smtp.port", Integer.toString(port));
        settings.setProperty("mail.smtp.connectiontimeout", MILLIS);
        settings.setProperty("mail.smtp.timeout", MILLIS);
        session = Session.getInstance(settings);
    }

    @Override
    public void send(Letter letter) throws IOException {
        try {
            Transport.send(message(letter, Addresses.parse(letter.address())));
        } catch (AddressException none) {
            throw new RecipientRefusedException(none);
        } catch (SendFailedException refused) {
            var forGood = refused.getInvalidAddresses();
            if (forGood != null && forGood.length > 0) { // the server said 5xx
                throw new RecipientRefusedException(refused);
            }
            throw new IOException("the mail server does not take it now", refused);
        } catch (MessagingException failed) {
            throw new IOException("the mail server cannot be talked to", failed);
        }
    }

    private MimeMessage message(Letter letter, InternetAddress recipient) throws MessagingException {
        var message = new MimeMessage(session);
        message.setFrom(FROM);
        message.setRecipient(Message.RecipientType.TO, recipient);
        message.setSubject(letter.subject(), "UTF-8");
        message.setText(letter.text(), "UTF-8");
        return message;
    }
}
