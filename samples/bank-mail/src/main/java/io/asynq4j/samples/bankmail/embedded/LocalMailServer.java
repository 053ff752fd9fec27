package io.asynq4j.samples.bankmail.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server on a free port of this machine that delivers to nobody: all mails go to a folder. */
public final class LocalMailServer implements AutoCloseable {
    private final SMTPServer server;

    private LocalMailServer(SMTPServer server) {
        this.server = server;
    }

    /**
     * Starts a server on a free port.
     *
     * @param folder is made if it is not there; each mail is a file of it, {@code mail-00001.eml} and so on, of which those
     *     that are there, from earlier or by another server, are left out
     */
    public static LocalMailServer start(Path folder) throws IOException {
        var mailbox = new Mailbox(Files.createDirectories(folder));
        var server = SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .hostName("localhost")
                .insertReceivedHeaders(false)
                .messageHandlerFactory(context -> mailbox.conversation())
                .build();
        server.start();
        return new LocalMailServer(server);
    }

    /** Where it listens: {@code host:port}. */
    public String address() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPortAllocated();
    }

    @Override
    public void close() {
        server.stop();
    }
}
