package io.asynq4j.jedis

import io.asynq4j.redis.driver.wakeUpPromises
import io.kotest.core.spec.style.FunSpec

class WakeUpRedisTest : FunSpec({
    wakeUpPromises(Driver)
})
