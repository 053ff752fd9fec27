package io.asynq4j.cli.screen;

/** Something that the dashboard is told, by whatever thread. */
sealed interface Event {
    record Key(String name) implements Event {}

    /**
     * A look has ended.
     *
     * @param look which one
     */
    record Seen(long look, Sight sight) implements Event {}

    record NotSeen(long look, Throwable failure) implements Event {}

    /** It is time to look again. */
    record Tick() implements Event {}

    /** The terminal has another size. */
    record Resized() implements Event {}

    /** Something to tell below. */
    record Told(String message) implements Event {}

    /** A change has ended, and there may be something else to see. */
    record Changed(String message) implements Event {}

    record Quit() implements Event {}
}
