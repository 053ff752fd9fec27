package io.asynq4j.redis

import io.asynq4j.testing.contract.BrokerContract
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec

class RedisBrokerContractTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    BrokerContract.cases().forEach { case ->
        test(case.name) { RedisFixture(server).use { case.check(it) } }
    }
})
