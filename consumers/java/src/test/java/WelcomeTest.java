import static org.junit.jupiter.api.Assertions.assertEquals;

import io.asynq4j.handler.TaskRouter;
import io.asynq4j.junit5.TestTasksExtension;
import io.asynq4j.testing.TestTasks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestTasksExtension.class)
class WelcomeTest {
    @Test
    void aNewMemberIsWelcomedEvenWhenTheMailServerHiccups(TestTasks tasks) {
        List<String> welcomed = new ArrayList<>();
        tasks.handle(TaskRouter.create().handle(Welcome.WELCOME_EMAIL, (email, context) -> {
            if (context.retried() == 0) throw new IOException("hiccup");
            welcomed.add(email.address());
        }));
        Welcome.signUp(tasks.client(), "ada@example.org");

        tasks.advance(Duration.ofSeconds(2)); // runs everything that falls due, on this thread
        assertEquals("hiccup", tasks.retrying("critical").get(0).lastError());
        tasks.advanceUntilIdle();
        assertEquals(List.of("ada@example.org"), welcomed);
    }
}
