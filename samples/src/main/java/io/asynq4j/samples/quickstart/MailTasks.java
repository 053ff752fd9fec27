package io.asynq4j.samples.quickstart;

import io.asynq4j.task.Codec;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.time.Duration;
import java.util.Map;

/** The tasks of this program and the queues they go to: all that its producer and its worker have to agree on. */
final class MailTasks {
    /** Asks whoever owns the address to confirm it. Carries the address; two for the same address are one too many. */
    static final TaskType<String> VERIFY = TaskType.of("email:verify", Codec.utf8())
            .withDefaults(Options.defaults()
                    .queue("critical")
                    .maxRetry(10)
                    .processIn(Duration.ofSeconds(2))
                    .uniqueFor(Duration.ofHours(1)));

    /** Tells the team who signed up. Carries the team's address. */
    static final TaskType<String> DIGEST = TaskType.of("email:digest", Codec.utf8())
            .withDefaults(Options.defaults().queue("low"));

    /** The queues and their weights: of ten slots that become free, six go to the first, if all have tasks. */
    static final Map<String, Integer> QUEUES = Map.of("critical", 6, "default", 3, "low", 1);

    private MailTasks() {}
}
