package io.asynq4j.kotest

import io.asynq4j.testing.TestTasks
import io.asynq4j.testing.VirtualTime
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** Moves time by [duration] and runs everything that falls due on the way, see [TestTasks.advance]. */
public fun TestTasks.advance(duration: Duration): Unit = advance(duration.toJavaDuration())

/** Moves time by [duration], see [VirtualTime.advance]. */
public fun VirtualTime.advance(duration: Duration): Unit = advance(duration.toJavaDuration())
