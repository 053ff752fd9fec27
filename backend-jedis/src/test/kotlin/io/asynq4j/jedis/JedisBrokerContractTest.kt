package io.asynq4j.jedis

import io.asynq4j.redis.LeastUser
import io.asynq4j.redis.RedisFixture
import io.asynq4j.redis.RespConnection
import io.asynq4j.testing.contract.BrokerContract
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec

class JedisBrokerContractTest : FunSpec({
    val redis = RedisForTests.start()
    redis.ask(*LeastUser.command.toTypedArray())
    val uri = redis.uri().replace("://", "://${LeastUser.LOGIN}@")
    afterSpec { redis.close() }

    BrokerContract.cases().forEach { case ->
        test(case.name) {
            RedisFixture(RespConnection(redis.host(), redis.port())) { JedisBroker.open(uri) }
                .use { case.check(it) }
        }
    }
})
