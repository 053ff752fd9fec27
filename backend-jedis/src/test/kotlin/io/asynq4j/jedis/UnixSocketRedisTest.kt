package io.asynq4j.jedis

import io.asynq4j.redis.driver.socketPromises
import io.kotest.core.spec.style.FunSpec

class UnixSocketRedisTest : FunSpec({
    socketPromises(Driver)
})
