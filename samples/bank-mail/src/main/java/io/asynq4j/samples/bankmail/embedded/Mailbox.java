package io.asynq4j.samples.bankmail.embedded;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.MessageHandler;

/**
 * Puts what a mail server takes into a folder, each message in a file that is there as a whole or not at all. Others may do so
 * in the same folder, and what was there before stays.
 */
final class Mailbox {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
    private static final Session NO_SESSION = Session.getInstance(new Properties());

    private final Path folder;
    private final AtomicLong count = new AtomicLong();

    Mailbox(Path folder) {
        this.folder = folder;
    }

    /** What a client says, from MAIL FROM to the end of the message. */
    MessageHandler conversation() {
        return new MessageHandler() {
            private String recipient = "";

            @Override
            public void from(String sender) {
                // anybody may write
            }

            @Override
            public void recipient(String recipient) {
                this.recipient = recipient;
            }

            @Override
            public @Nullable String data(InputStream data) throws IOException {
                put(recipient, data.readAllBytes());
                return null; // the usual words of thanks
            }

            @Override
            public void done() {
                // the message was handed over already
            }
        };
    }

    private void put(String recipient, byte[] message) throws IOException {
        var mail = nextFree();
        Files.move(Files.write(draft(mail), message), mail, StandardCopyOption.ATOMIC_MOVE);
        try {
            var subject = new MimeMessage(NO_SESSION, new ByteArrayInputStream(message)).getSubject();
            log.info("mail to {}: {}", recipient, subject);
        } catch (MessagingException unreadable) {
            throw new IOException("a message that is none", unreadable);
        }
    }

    /** A name that nobody has, and that is ours: its draft is there, which only one of all who use this folder can make. */
    private Path nextFree() throws IOException {
        while (true) {
            var mail = folder.resolve("mail-%05d.eml".formatted(count.incrementAndGet()));
            try {
                Files.createFile(draft(mail));
            } catch (FileAlreadyExistsException another) {
                continue;
            }
            if (Files.notExists(mail)) {
                return mail;
            }
            Files.delete(draft(mail));
        }
    }

    private static Path draft(Path mail) {
        return mail.resolveSibling(mail.getFileName() + ".part");
    }
}
