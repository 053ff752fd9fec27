package io.asynq4j.lettuce

import io.asynq4j.redis.driver.socketPromises
import io.kotest.core.spec.style.FunSpec

/** In a run of its own, see the pom: all other tests run without Netty's native transport, as most users do. */
class UnixSocketRedisTest : FunSpec({
    if (System.getProperty("transport") == "native") socketPromises(Driver)
})
