package io.asynq4j.lettuce

import io.asynq4j.testing.contract.BrokerContract
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec

class LettuceBrokerContractTest : FunSpec({
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    BrokerContract.cases().forEach { case ->
        test(case.name) { RedisFixture.on(redis.uri()).use { case.check(it) } }
    }
})
