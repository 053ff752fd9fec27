package io.asynq4j.samples.bankmail.app;

import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The gRPC server. */
final class Api implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 5;

    private final Server server;

    private Api(Server server) {
        this.server = server;
    }

    static Api start(String host, int port, BindableService service) throws IOException {
        var address = new InetSocketAddress(host, port);
        return new Api(NettyServerBuilder.forAddress(address, InsecureServerCredentials.create())
                .addService(service)
                .build()
                .start());
    }

    int port() {
        return server.getPort();
    }

    /** Takes no more calls, and lets those that are under way end. */
    @Override
    public void close() {
        server.shutdown();
        try {
            server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        server.shutdownNow(); // without effect when it has ended
    }
}
