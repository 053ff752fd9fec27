package io.asynq4j.cli;

import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes commands, which take the program they belong to. */
record Commands(Asynq4j program) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
        Constructor<K> constructor;
        try {
            constructor = type.getDeclaredConstructor(Asynq4j.class);
        } catch (NoSuchMethodException takesNothing) {
            return CommandLine.defaultFactory().create(type);
        }
        return constructor.newInstance(program);
    }
}
