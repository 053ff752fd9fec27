package io.asynq4j.junit5;

import io.asynq4j.testing.TestTasks;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test its own {@link TestTasks}, wherever one of its methods has a parameter of that type, the same in all of
 * them, and closes it after the test. Registered with {@code @ExtendWith(TestTasksExtension.class)}, or as a field with
 * {@code @RegisterExtension} where settings are to differ. Tests may run in parallel.
 */
public final class TestTasksExtension implements ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(TestTasksExtension.class);

    private final Consumer<TestTasks.Builder> configure;

    /** One with the defaults of {@link TestTasks.Builder}; called by JUnit. */
    public TestTasksExtension() {
        this(builder -> {});
    }

    private TestTasksExtension(Consumer<TestTasks.Builder> configure) {
        this.configure = Objects.requireNonNull(configure, "configure");
    }

    /** One whose tasks differ from the default. */
    public static TestTasksExtension with(Consumer<TestTasks.Builder> configure) {
        return new TestTasksExtension(configure);
    }

    /** Not for constructors and methods that run once for all tests: each test has its own. */
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestTasks.class
                && context.getTestMethod().isPresent();
    }

    @Override
    public TestTasks resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE).getOrComputeIfAbsent(TestTasks.class, key -> make(), TestTasks.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var tasks = context.getStore(NAMESPACE).remove(TestTasks.class, TestTasks.class);
        if (tasks != null) {
            tasks.close();
        }
    }

    private TestTasks make() {
        var builder = TestTasks.builder();
        configure.accept(builder);
        return builder.build();
    }
}
