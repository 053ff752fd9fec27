package io.asynq4j.redis

import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Reply
import io.asynq4j.redis.teeth.PortBefore
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Demand.Share
import io.asynq4j.spi.Placement
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import java.time.Instant
import java.util.concurrent.CompletionStage

/** A server that passes for a cluster, and loses the answer to the [nth] fetch of a queue. */
private class LosingPort(port: RedisPort, private var nth: Int) : PortBefore(port) {
    override fun isCluster() = true

    override fun run(calls: List<Call>): CompletionStage<List<Reply>> = port.run(calls).thenApply { replies ->
        replies.zip(calls) { reply, call ->
            if (call.script() == Scripts.FETCH && --nth == 0) Reply.Failed("lost", false, null) else reply
        }
    }
}

class ClusterFetchingRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    (1..3).forEach { nth ->
        test("each task is handed out once, whichever answer is lost: fetch $nth of three") {
            val redis = RespConnection(server.host(), server.port()).apply { this("FLUSHALL") }
            RedisBroker.over(LosingPort(RespPort(redis), nth)).use { broker ->
                val now = Instant.now()
                val ids = List(10) { "t$it" }
                broker.submit(
                    ids.map { Placement.of(Task.of("type"), Options.defaults().queue("a").taskId(it), now) },
                ).toCompletableFuture().join().forEach { it.orThrow() }
                val demand = Demand(listOf(Share("a", 5), Share("b", 5)), now, now.plusSeconds(30), "attempt")

                val leases = broker.fetch(demand).toMutableList()
                if (leases.size < ids.size) leases += broker.fetch(demand.again(now, now.plusSeconds(30)))

                leases.map { it.id() } shouldContainExactlyInAnyOrder ids
            }
        }
    }
})
