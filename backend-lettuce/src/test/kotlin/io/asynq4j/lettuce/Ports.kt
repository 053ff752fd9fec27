package io.asynq4j.lettuce

import io.asynq4j.redis.driver.PortDriver
import io.asynq4j.redis.port.RedisUri
import java.time.Duration

internal object Driver : PortDriver {
    override fun open(uri: String, commandTimeout: Duration, connectTimeout: Duration) =
        LettuceBroker.builder(RedisUri.of(uri)).commandTimeout(commandTimeout).connectTimeout(connectTimeout).port()
}

internal fun portTo(uri: String, commandTimeout: Duration = Duration.ofSeconds(5)): LettucePort =
    Driver.open(uri, commandTimeout, Duration.ofSeconds(4))
