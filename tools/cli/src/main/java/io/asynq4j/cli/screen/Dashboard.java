package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.inspect.Inspector;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jline.terminal.Terminal;

/**
 * A live view of all queues, on a whole terminal.
 *
 * <p>One thread draws and answers keys, and never waits for the broker: looks and changes end as events in its queue, like keys
 * and ticks do. There is one look at a time; while it takes long, or the broker is away, the screen says so and shows what was
 * seen last.
 */
public final class Dashboard {
    private static final int SMALLEST_PAGE = 5;
    private static final int LARGEST_PAGE = 200;

    private final Terminal terminal;
    private final Timekeeper time;
    private final Duration refresh;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Model model = new Model();
    private final Looker looker;
    private final Controls controls;
    private final Painter painter;

    private long look;
    private Model.Place looked = model.place;

    /**
     * Prepares a dashboard.
     *
     * @param where which broker it is, for the heading
     * @param refresh how often to look
     */
    public Dashboard(
            Terminal terminal, Inspector inspector, Timekeeper time, String where, Duration refresh, boolean colour) {
        this.terminal = terminal;
        this.time = time;
        this.refresh = refresh;
        this.looker = new Looker(inspector.async(), time);
        this.controls = new Controls(model, inspector.async(), text -> events.add(new Event.Told(text)), this::perform);
        this.painter = new Painter(model, where, colour);
    }

    /** Shows it until somebody leaves it, and then leaves the terminal as it was. */
    public void run() throws InterruptedException {
        var keys = new Keys(terminal.reader());
        var reading = new Thread(() -> read(keys), "asynq4j-keys");
        reading.setDaemon(true);
        try (var stage =
                new Stage(terminal, () -> events.add(new Event.Resized()), () -> events.add(new Event.Quit()))) {
            reading.start();
            fit(stage);
            lookNow();
            tick();
            do {
                stage.draw(
                        painter.paint(stage.size().getColumns(), stage.size().getRows(), time.instant()), stage.size());
            } while (happened(events.take(), stage));
        } finally {
            keys.stop();
            reading.join();
        }
    }

    private void read(Keys keys) {
        String key;
        do {
            key = keys.next();
            events.add(new Event.Key(key));
        } while (!key.equals(Keys.CLOSED));
    }

    private void tick() {
        time.after(refresh, () -> events.add(new Event.Tick()));
    }

    /** Takes one event in; whether to go on. */
    private boolean happened(Event event, Stage stage) {
        if (event instanceof Event.Quit) {
            return false;
        }
        if (event instanceof Event.Key key) {
            if (!controls.pressed(key.name())) {
                return false;
            }
            if (!model.place.view().equals(looked.view()) || !model.filter().equals(looked.filter())) {
                lookNow();
            }
        } else if (event instanceof Event.Tick) {
            if (model.lookingSince == null) {
                lookNow();
            }
            tick();
        } else if (event instanceof Event.Resized) {
            fit(stage);
            lookNow();
        } else if (event instanceof Event.Told told) {
            model.message = told.message();
        } else if (event instanceof Event.Changed changed) {
            model.message = changed.message();
            lookNow();
        } else {
            lookEnded(event);
        }
        return true;
    }

    private void fit(Stage stage) {
        model.pageSize =
                Math.max(SMALLEST_PAGE, Math.min(LARGEST_PAGE, stage.size().getRows() - Painter.FRAME));
    }

    /** Begins a look at what is shown now; the answer of an earlier one is no longer wanted. */
    private void lookNow() {
        long mine = ++look;
        looked = model.place;
        model.lookingSince = time.instant();
        looker.look(model.view(), model.pageSize, model.filter())
                .whenComplete((sight, failure) -> events.add(
                        failure == null
                                ? new Event.Seen(mine, sight)
                                : new Event.NotSeen(mine, Looker.cause(failure))));
    }

    private void lookEnded(Event event) {
        if (event instanceof Event.Seen seen && seen.look() == look) {
            model.lookingSince = null;
            model.lostSince = null;
            model.sight = seen.sight();
            model.fresh = true;
            model.rates.add(seen.sight().queues());
        } else if (event instanceof Event.NotSeen lost && lost.look() == look) {
            model.lookingSince = null;
            model.lostWhy = message(lost.failure());
            if (model.lostSince == null) {
                model.lostSince = time.instant();
            }
        }
    }

    private void perform(Model.Change change) {
        model.message = "…";
        CompletionStage<String> made;
        try {
            made = change.action().get();
        } catch (RuntimeException refused) {
            made = CompletableFuture.failedFuture(refused);
        }
        made.whenComplete((message, failure) ->
                events.add(new Event.Changed(failure == null ? message : message(Looker.cause(failure)))));
    }

    private static String message(Throwable failure) {
        return SafeText.of(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }
}
