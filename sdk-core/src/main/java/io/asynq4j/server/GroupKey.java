package io.asynq4j.server;

/** What tells groups apart: the same name in two queues is two groups. */
record GroupKey(String queue, String group) {
    /** For log lines. */
    @Override
    public String toString() {
        return group + " of queue " + queue;
    }
}
