package io.asynq4j.cli.screen;

import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/**
 * All of a terminal, for as long as this is open; afterwards it is as it was, with what was on it. Closing is safe to do twice, and
 * by any thread.
 */
final class Stage implements AutoCloseable {
    private static final Size USUAL = Size.of(80, 24);

    private final Terminal terminal;
    private final Display display;
    private final Attributes before;
    private final Thread atExit = new Thread(this::restore, "asynq4j-restore");
    private boolean restored;

    Stage(Terminal terminal, Runnable resized, Runnable interrupted) {
        this.terminal = terminal;
        this.display = new Display(terminal, true);
        this.before = terminal.enterRawMode();
        Runtime.getRuntime().addShutdownHook(atExit); // SIGTERM must not leave a raw terminal either
        terminal.handle(Signal.WINCH, signal -> resized.run());
        terminal.handle(Signal.INT, signal -> interrupted.run());
        terminal.handle(Signal.TSTP, SignalHandler.SIG_IGN);
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.keypad_xmit);
        terminal.puts(Capability.cursor_invisible);
        terminal.flush();
    }

    /** The size to draw for; some terminals say 0 by 0. */
    Size size() {
        var size = terminal.getSize();
        return size.getColumns() <= 0 || size.getRows() <= 0 ? USUAL : size;
    }

    /** Draws lines, as many as there are rows. */
    synchronized void draw(List<AttributedString> lines, Size size) {
        if (!restored) {
            if (display.getColumns() != size.getColumns() || display.getRows() != size.getRows()) {
                display.clear();
                display.resize(size);
                terminal.puts(Capability.clear_screen);
            }
            display.update(lines, 0);
            terminal.flush();
        }
    }

    private synchronized void restore() {
        if (!restored) {
            restored = true;
            terminal.puts(Capability.cursor_normal);
            terminal.puts(Capability.keypad_local);
            terminal.puts(Capability.exit_ca_mode);
            terminal.flush();
            terminal.setAttributes(before);
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // and it has run, or will
        }
    }
}
