package io.asynq4j.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asking whoever sits at the terminal. */
interface Prompt {
    /** Whether anybody does. */
    boolean someone();

    /** The answer, one line; null where there was none. */
    @Nullable
    String ask(String question);

    /** Like {@link #ask}, without showing what is typed. */
    @Nullable
    String askSecretly(String question);

    /** Whether the answer is yes. */
    default boolean yes(String question) {
        var answer = ask(question + " [y/N] ");
        return answer != null
                && (answer.strip().equalsIgnoreCase("y")
                        || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
    }

    /** The console of this process. */
    @SuppressWarnings("SystemConsoleNull") // which is what isTerminal() is for
    static Prompt system() {
        var console = System.console();
        return console != null && isTerminal(console) ? new OfConsole(console) : new Nobody();
    }

    /** From Java 22 on there is a console also where input or output are no terminal, and a method that says so. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException never) {
            return false;
        }
    }

    /** Somebody at a console. */
    record OfConsole(Console console) implements Prompt {
        @Override
        public boolean someone() {
            return true;
        }

        @Override
        public @Nullable String ask(String question) {
            return console.readLine("%s", question);
        }

        @Override
        public @Nullable String askSecretly(String question) {
            var typed = console.readPassword("%s", question);
            return typed == null ? null : new String(typed);
        }
    }

    /** Nobody, as in a script. */
    record Nobody() implements Prompt {
        @Override
        public boolean someone() {
            return false;
        }

        @Override
        public @Nullable String ask(String question) {
            return null;
        }

        @Override
        public @Nullable String askSecretly(String question) {
            return null;
        }
    }
}
