package io.asynq4j.server;

import java.time.Duration;

/** How often a server looks for something to do. */
record Intervals(Duration check, Duration delayedCheck, Duration janitor, int janitorBatch) {}
