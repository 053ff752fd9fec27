package io.asynq4j.lettuce

import io.asynq4j.redis.LeastUser
import io.asynq4j.redis.RedisFixture
import io.asynq4j.redis.RespCluster
import io.asynq4j.redis.Steady
import io.asynq4j.testing.contract.BrokerContract
import io.kotest.core.spec.style.FunSpec
import io.lettuce.core.RedisURI
import io.lettuce.core.cluster.RedisClusterClient

class ClusterContractTest : FunSpec({
    val cluster = Steady.cluster()
    cluster.everywhere(*LeastUser.command.toTypedArray(), "+cluster|slots", "+asking")
    val (user, password) = LeastUser.LOGIN.split(':')
    val seeds = cluster.nodes().map {
        RedisURI.builder().withHost(it.host()).withPort(it.port())
            .withAuthentication(user, password.toCharArray()).build()
    }
    val client = RedisClusterClient.create(seeds) // threads for all brokers, so that opening one is quick
    afterSpec {
        client.shutdown()
        cluster.close()
    }

    BrokerContract.cases().forEach { case ->
        test(case.name) {
            RedisFixture(RespCluster(cluster)) { LettuceBroker.builder(client, seeds).open() }.use { case.check(it) }
        }
    }
})
