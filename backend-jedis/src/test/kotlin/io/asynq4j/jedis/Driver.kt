package io.asynq4j.jedis

import io.asynq4j.redis.driver.PortDriver
import io.asynq4j.redis.port.RedisUri
import java.time.Duration

internal object Driver : PortDriver {
    override fun open(uri: String, commandTimeout: Duration, connectTimeout: Duration) =
        JedisBroker.builder(RedisUri.of(uri)).commandTimeout(commandTimeout).connectTimeout(connectTimeout).port()
}
