package io.asynq4j.cli;

import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.spi.Broker;
import io.asynq4j.time.Timekeeper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * All that the program finds around itself, and that its tests bring along instead.
 *
 * @param terminal whether {@code out} is one
 * @param home where the configuration is looked for
 */
record Surroundings(
        PrintWriter out,
        PrintWriter err,
        InputStream in,
        Prompt prompt,
        Map<String, String> environment,
        boolean terminal,
        Path home,
        Timekeeper time,
        Opener opener,
        Screens screens) {

    /** Opens brokers. */
    @FunctionalInterface
    interface Opener {
        Broker open(RedisUri uri);
    }

    /** Opens the terminal for what takes all of it. */
    @FunctionalInterface
    interface Screens {
        Terminal open() throws IOException;
    }

    /** Those of this process. */
    static Surroundings system(Timekeeper time) {
        var prompt = Prompt.system();
        var charset = Charset.defaultCharset();
        return new Surroundings(
                new PrintWriter(System.out, true, charset),
                new PrintWriter(System.err, true, charset),
                System.in,
                prompt,
                System.getenv(),
                prompt.someone(),
                Path.of(System.getProperty("user.home", ".")),
                time,
                LettuceBroker::open,
                () -> TerminalBuilder.builder().system(true).dumb(false).build());
    }

    /** Whether to write in colours: on a terminal that knows them, unless somebody set NO_COLOR. */
    boolean colour() {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }
}
