package io.asynq4j.server;

/** What names a task: ids are unique within a queue only. */
record TaskKey(String queue, String id) {}
