package io.asynq4j.jedis

import io.asynq4j.redis.LeastUser
import io.asynq4j.redis.RedisFixture
import io.asynq4j.redis.RespCluster
import io.asynq4j.redis.Steady
import io.asynq4j.testing.contract.BrokerContract
import io.kotest.core.spec.style.FunSpec

class ClusterContractTest : FunSpec({
    val cluster = Steady.cluster()
    cluster.everywhere(*LeastUser.command.toTypedArray(), "+cluster|slots", "+asking")
    val uri = cluster.uri().replace("://", "://${LeastUser.LOGIN}@")
    afterSpec { cluster.close() }

    BrokerContract.cases().forEach { case ->
        test(case.name) {
            RedisFixture(RespCluster(cluster)) { JedisBroker.open(uri) }.use { case.check(it) }
        }
    }
})
