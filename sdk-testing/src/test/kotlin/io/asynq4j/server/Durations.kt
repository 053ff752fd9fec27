package io.asynq4j.server

import kotlin.time.Duration
import kotlin.time.toJavaDuration

internal val Duration.java: java.time.Duration get() = toJavaDuration()
