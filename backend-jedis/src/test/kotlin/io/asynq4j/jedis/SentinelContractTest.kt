package io.asynq4j.jedis

import io.asynq4j.redis.RedisFixture
import io.asynq4j.redis.RespConnection
import io.asynq4j.redis.Steady
import io.asynq4j.testing.contract.BrokerContract
import io.kotest.core.spec.style.FunSpec

class SentinelContractTest : FunSpec({
    val redis = Steady.sentinel()
    afterSpec { redis.close() }

    BrokerContract.cases().forEach { case ->
        test(case.name) {
            val primary = redis.primary()
            RedisFixture(RespConnection(primary.host(), primary.port())) {
                JedisBroker.open(redis.uri())
            }
                .use { case.check(it) }
        }
    }
})
