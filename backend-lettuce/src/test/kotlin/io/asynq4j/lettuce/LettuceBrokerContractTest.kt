package io.asynq4j.lettuce

import io.asynq4j.redis.LeastUser
import io.asynq4j.redis.RedisFixture
import io.asynq4j.redis.RespConnection
import io.asynq4j.testing.contract.BrokerContract
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI

class LettuceBrokerContractTest : FunSpec({
    val redis = RedisForTests.start()
    redis.ask(*LeastUser.command.toTypedArray())
    val uri = RedisURI.create(redis.uri().replace("://", "://${LeastUser.LOGIN}@"))
    val client = RedisClient.create(uri) // threads for all brokers, so that opening one is quick
    afterSpec {
        client.shutdown()
        redis.close()
    }

    BrokerContract.cases().forEach { case ->
        test(case.name) {
            RedisFixture(RespConnection(redis.host(), redis.port())) { LettuceBroker.open(client, uri) }
                .use { case.check(it) }
        }
    }
})
