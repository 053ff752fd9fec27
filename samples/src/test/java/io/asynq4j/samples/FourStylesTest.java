package io.asynq4j.samples;

import static io.asynq4j.samples.Members.WELCOME_EMAIL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.asynq4j.client.TaskClient;
import io.asynq4j.junit5.TestTasksExtension;
import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.samples.Members.WelcomeEmail;
import io.asynq4j.server.TaskServer;
import io.asynq4j.task.Options;
import io.asynq4j.testing.TestTasks;
import io.asynq4j.testing.redis.RedisForTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same code under test in four ways, from the quickest to the truest, with JUnit 5. FourStylesKotestTest is its twin. */
@ExtendWith(TestTasksExtension.class)
class FourStylesTest {
    private final List<String> sent = new ArrayList<>();

    @Test
    void recordsOnly() {
        try (TestTasks tasks = TestTasks.recording()) {
            new Members(tasks.client(), sent::add).signUp("ada@example.org");

            tasks.assertEnqueued(WELCOME_EMAIL, email -> email.address().equals("ada@example.org"));
            assertEquals(List.of(), sent);
        }
    }

    @Test
    void runsAtOnce() {
        try (TestTasks tasks = TestTasks.inline()) {
            tasks.handle(new Members(tasks.client(), sent::add).router());

            tasks.client().enqueue(WELCOME_EMAIL.task(new WelcomeEmail("ada@example.org")), now());
            assertEquals(List.of("ada@example.org"), sent);
        }
    }

    @Test
    void runsInVirtualTime(TestTasks tasks) {
        Members members = new Members(tasks.client(), sent::add);
        tasks.handle(members.router());
        members.signUp("ada@example.org");

        tasks.advance(Duration.ofSeconds(10));
        assertEquals(List.of("ada@example.org"), sent);
    }

    @Test
    void runsOnRedis() throws InterruptedException {
        CountDownLatch welcomed = new CountDownLatch(1);
        try (var redis = RedisForTests.start();
                var broker = LettuceBroker.open(redis.uri());
                var client = TaskClient.of(broker);
                var server =
                        TaskServer.builder(broker).queues(Map.of("critical", 1)).build()) {
            server.start(new Members(client, address -> welcomed.countDown()).router());

            client.enqueue(WELCOME_EMAIL.task(new WelcomeEmail("ada@example.org")), now());
            assertTrue(welcomed.await(10, TimeUnit.SECONDS));
        }
    }

    private static Options now() {
        return Options.defaults().processIn(Duration.ZERO);
    }
}
