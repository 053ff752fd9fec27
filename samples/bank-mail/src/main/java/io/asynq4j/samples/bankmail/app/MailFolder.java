package io.asynq4j.samples.bankmail.app;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The mails that arrive in a folder from now on. Used by one thread. */
final class MailFolder implements AutoCloseable {
    private static final Session NO_SESSION = Session.getInstance(new Properties());
    private static final Pattern CODE = Pattern.compile("(?m)^[0-9A-Za-z]{32}\\r?$");

    private final Path folder;
    private final WatchService watch;
    private final Deque<Path> arrived = new ArrayDeque<>();

    private MailFolder(Path folder, WatchService watch) {
        this.folder = folder;
        this.watch = watch;
    }

    /** As much of a mail as the members here read. */
    record Mail(String to, String subject, Optional<String> code) {}

    static MailFolder open(Path folder) throws IOException {
        var watch = folder.getFileSystem().newWatchService();
        folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        return new MailFolder(folder, watch);
    }

    /** The next mail; empty when none comes for so long. */
    Optional<Mail> next(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (arrived.isEmpty()) {
            var key = watch.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (key == null) {
                return Optional.empty();
            }
            for (var event : key.pollEvents()) {
                if (event.context() instanceof Path name && name.toString().endsWith(".eml")) {
                    arrived.add(folder.resolve(name));
                }
            }
            key.reset();
        }
        return Optional.of(read(arrived.remove()));
    }

    static Mail read(Path file) throws IOException {
        try (var bytes = Files.newInputStream(file)) {
            var message = new MimeMessage(NO_SESSION, bytes);
            var code = CODE.matcher(String.valueOf(message.getContent()));
            return new Mail(
                    String.valueOf(message.getRecipients(Message.RecipientType.TO)[0]),
                    message.getSubject(),
                    code.find() ? Optional.of(code.group().strip()) : Optional.empty());
        } catch (MessagingException unreadable) {
            throw new IOException(file + " is no mail", unreadable);
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
