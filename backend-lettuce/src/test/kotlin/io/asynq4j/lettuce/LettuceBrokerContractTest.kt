package io.asynq4j.lettuce

import io.asynq4j.testing.contract.BrokerContract
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.codec.ByteArrayCodec
import io.lettuce.core.codec.RedisCodec
import io.lettuce.core.codec.StringCodec

class LettuceBrokerContractTest : FunSpec({
    val redis = RedisForTests.start()
    val uri = RedisURI.create(redis.uri())
    val client = RedisClient.create(uri) // threads for all brokers, so that opening one is quick
    val window = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)).sync()
    afterSpec {
        client.shutdown()
        redis.close()
    }

    BrokerContract.cases().forEach { case ->
        test(case.name) {
            window.flushall()
            RedisFixture(LettuceBroker.open(client, uri), window).use { case.check(it) }
        }
    }
})
