package io.asynq4j.lettuce

import io.asynq4j.redis.port.RedisUri
import java.time.Duration

internal fun portTo(uri: String, commandTimeout: Duration = Duration.ofSeconds(5)): LettucePort =
    LettuceBroker.builder(RedisUri.of(uri)).commandTimeout(commandTimeout).port()

internal fun ourThreads(): List<String> =
    Thread.getAllStackTraces().keys.map { it.name }.filter { it.startsWith("asynq4j-lettuce") }
