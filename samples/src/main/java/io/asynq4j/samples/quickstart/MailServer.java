package io.asynq4j.samples.quickstart;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Properties;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server on a free port of this machine. It speaks SMTP, and puts what it takes into a mailbox. */
final class MailServer implements AutoCloseable {
    private final SMTPServer server;
    private final Mailbox mailbox;

    private MailServer(SMTPServer server, Mailbox mailbox) {
        this.server = server;
        this.mailbox = mailbox;
    }

    /**
     * Starts a server.
     *
     * @param refuses whether to tell a recipient's sender to come again later
     * @param mailbox gets each message that was taken, on one of the server's threads
     */
    static MailServer start(Predicate<String> refuses, Mailbox mailbox) {
        var server = SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .hostName("localhost")
                .insertReceivedHeaders(false)
                .messageHandlerFactory(context -> new Conversation(refuses, mailbox))
                .build();
        server.start();
        return new MailServer(server, mailbox);
    }

    String host() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }

    int port() {
        return server.getPortAllocated();
    }

    Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public void close() {
        server.stop();
    }

    /** What a client says, from MAIL FROM to the end of the message. */
    private static final class Conversation implements MessageHandler {
        private static final Session NO_SESSION = Session.getInstance(new Properties());

        private final Predicate<String> refuses;
        private final Mailbox mailbox;
        private String recipient = "";

        Conversation(Predicate<String> refuses, Mailbox mailbox) {
            this.refuses = refuses;
            this.mailbox = mailbox;
        }

        @Override
        public void from(String sender) {
            // anybody may write
        }

        @Override
        public void recipient(String recipient) throws RejectException {
            if (refuses.test(recipient)) {
                throw new RejectException(451, "4.7.1 greylisted, please come again");
            }
            this.recipient = recipient;
        }

        @Override
        public @Nullable String data(InputStream data) throws IOException {
            try {
                var message = new MimeMessage(NO_SESSION, data);
                mailbox.put(new Mailbox.Arrived(message.getHeader(Mailer.TASK_ID, null), recipient));
                return null; // the usual words of thanks
            } catch (MessagingException unreadable) {
                throw new IOException("a message that is none", unreadable);
            }
        }

        @Override
        public void done() {
            // the message was handed over already
        }
    }
}
