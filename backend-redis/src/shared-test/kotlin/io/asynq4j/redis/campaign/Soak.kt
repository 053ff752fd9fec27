package io.asynq4j.redis.campaign

import io.asynq4j.redis.RedisBroker
import io.asynq4j.redis.driver.PortDriver
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import java.lang.management.ManagementFactory
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.minutes

/** What a process has at one moment; its threads are those that no handler runs on. */
private data class Sample(val heapKiB: Long, val threads: Int, val workers: Int, val connections: Int)

private fun sample(redis: RedisForTests): Sample {
    repeat(3) { System.gc() }
    val heap = ManagementFactory.getMemoryMXBean().heapMemoryUsage.used / 1024
    val clients = redis.ask("CLIENT", "LIST").toString().lines().count { it.isNotBlank() && "cmd=client" !in it }
    val (workers, threads) = Thread.getAllStackTraces().keys.partition { it.name.startsWith("asynq4j-worker") }
    return Sample(heap, threads.size, workers.size, clients)
}

/**
 * A steady load for a long time, which must need no more at the end than at the beginning.
 *
 * @param connections of a client and two servers, at most
 */
internal fun FunSpec.soakCampaign(name: String, driver: PortDriver, connections: Int) {
    timeout = LONGEST_MILLIS
    invocationTimeout = LONGEST_MILLIS
    val seconds = Scale.of("soakSeconds", short = 6, full = 600)
    val samples = Scale.of("soakSamples", short = 6, full = 20)

    test("a steady load needs no more memory, threads or connections at the end than at the beginning") {
        RedisForTests.start().use { redis ->
            val rate = Scale.of("soakRate", short = 200, full = 200)
            Traffic({
                RedisBroker.over(driver.open(redis.uri()))
            }, listOf("soak"), rate, forgetful = true).use { traffic ->
                CountDownLatch(1).await(seconds / 6L, TimeUnit.SECONDS) // classes, code, buffers
                val taken = List(samples) {
                    CountDownLatch(1).await(seconds * 1_000L / samples, TimeUnit.MILLISECONDS)
                    sample(redis)
                }
                traffic.stopProducing()
                eventually(1.minutes) { traffic.accepted.keys.shouldBeEmpty() }
                Scale.report(
                    "soak, $name",
                    "seconds" to seconds,
                    "done" to traffic.done.get(),
                    "lost" to traffic.accepted.size,
                    "run again" to traffic.runs.size,
                    "KiB of heap" to taken.map { it.heapKiB },
                    "threads" to taken.map { it.threads },
                    "workers" to taken.map { it.workers },
                    "connections" to taken.map { it.connections },
                )
                traffic.runs.keys.shouldBeEmpty()
                val (first, last) = taken.chunked((taken.size + 1) / 2)
                withClue("heap") {
                    last.minOf { it.heapKiB } shouldBeLessThanOrEqualTo
                        first.maxOf { it.heapKiB } + 2_048
                }
                withClue("threads") {
                    last.minOf { it.threads } shouldBeLessThanOrEqualTo first.maxOf { it.threads } + 2
                }
                withClue("workers") {
                    // after a moment in which the machine did something else, handlers run side by side, and workers are started
                    // when they are needed for the first time
                    last.maxOf { it.workers } shouldBeLessThanOrEqualTo 2 * Traffic.CONCURRENCY
                }
                withClue("connections") {
                    // not those of the beginning: a pool makes one when more calls than ever before are under way at the same
                    // time; and the least of them, as one that is replaced may still be there
                    last.minOf { it.connections } shouldBeLessThanOrEqualTo connections
                }
            }
        }
    }
}
