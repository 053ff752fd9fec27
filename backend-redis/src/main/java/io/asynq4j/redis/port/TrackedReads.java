package io.asynq4j.redis.port;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reading where Redis tracks only what it is asked to ({@code CLIENT TRACKING ON OPTIN}): before each call goes one that asks.
 * The same for every driver.
 */
public final class TrackedReads {
    private static final Call TRACK_NEXT =
            Call.of("CLIENT").arg("CACHING").arg("YES").build();

    private TrackedReads() {}

    /** What to send for {@code calls}: twice as many, in one flush and over one connection. */
    public static List<Call> of(List<Call> calls) {
        var both = new ArrayList<Call>(2 * calls.size());
        for (var call : calls) {
            both.add(TRACK_NEXT);
            both.add(call);
        }
        return both;
    }

    /**
     * The replies to {@code calls} among those to {@link #of} them.
     *
     * @param unknown told of each script that the server has turned out not to know, so that it goes whole the next time
     */
    public static List<Reply> answers(List<Call> calls, List<Reply> replies, Consumer<Script> unknown) {
        var answers = new ArrayList<Reply>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            var reply = replies.get(2 * i) instanceof Reply.Failed failed ? failed : replies.get(2 * i + 1);
            var script = calls.get(i).script();
            if (script != null
                    && reply instanceof Reply.Failed failed
                    && failed.message().startsWith("NOSCRIPT ")) {
                unknown.accept(script);
            }
            answers.add(reply);
        }
        return answers;
    }
}
