package io.asynq4j.samples;

import static io.asynq4j.samples.Members.WELCOME_EMAIL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.junit5.TestTasksExtension;
import io.asynq4j.samples.Members.WelcomeEmail;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.testing.TestContext;
import io.asynq4j.testing.TestTasks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestTasksExtension.class)
class JUnitSampleTest {
    private final List<String> sent = new ArrayList<>();

    @Test
    void signingUpEnqueuesAWelcome() {
        try (TestTasks tasks = TestTasks.recording()) {
            new Members(tasks.client(), sent::add).signUp("ada@example.org");

            tasks.assertEnqueued(WELCOME_EMAIL, email -> email.address().equals("ada@example.org"));
            assertEquals("critical", tasks.scheduled().get(0).queue());
        }
    }

    @Test
    void aNewMemberIsWelcomedAfterTenSeconds(TestTasks tasks) {
        Members members = new Members(tasks.client(), sent::add);
        tasks.handle(members.router());
        members.signUp("ada@example.org");

        tasks.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), sent);
        tasks.advance(Duration.ofSeconds(1));
        assertEquals(List.of("ada@example.org"), sent);
    }

    @Test
    void whoeverNeedsNoTimeCanDoWithout() {
        try (TestTasks tasks = TestTasks.inline()) {
            tasks.handle(new Members(tasks.client(), sent::add).router());

            Task welcome =
                    WELCOME_EMAIL.task(new WelcomeEmail("ada@example.org")).with(now());
            tasks.client().enqueue(welcome);
            assertEquals(List.of("ada@example.org"), sent);
        }
    }

    @Test
    void theFifthFailureIsTheLast() {
        Members members = new Members(TestTasks.recording().client(), address -> {
            throw new IOException("no mail server");
        });
        TestContext lastTry = TestContext.of("email:welcome").retried(4);

        assertThrows(SkipRetryException.class, () -> members.welcome(new WelcomeEmail("ada@example.org"), lastTry));
    }

    private static Options now() {
        return Options.defaults().processIn(Duration.ZERO);
    }
}
