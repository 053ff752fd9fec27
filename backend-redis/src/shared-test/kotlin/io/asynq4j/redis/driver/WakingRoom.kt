package io.asynq4j.redis.driver

import io.asynq4j.handler.TaskRouter
import io.asynq4j.redis.RespConnection
import io.asynq4j.redis.keys.Keys
import io.asynq4j.redis.wire.Wire
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.testing.redis.RedisForTests
import java.util.concurrent.BlockingQueue
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** What asynq's client sends to enqueue a task. */
private const val ENQUEUE = """
    if redis.call("EXISTS", KEYS[1]) == 1 then return 0 end
    redis.call("HSET", KEYS[1], "msg", ARGV[1], "state", "pending", "pending_since", ARGV[3])
    redis.call("LPUSH", KEYS[2], ARGV[2])
    return 1"""

/** Idle servers on an emptied Redis, and a stranger who enqueues there as the Go client does. */
internal class WakingRoom(
    redis: RedisForTests,
    open: () -> Broker,
    servers: Int = 1,
    val queues: List<String> = listOf("default"),
    concurrency: Int = 10,
) : AutoCloseable {
    /** A task that a handler was called with: its id and the server, and when. */
    class Run(val id: String, val server: Int, val nanos: Long)

    val redis = RespConnection(redis.host(), redis.port()).apply { this("FLUSHALL") }
    val runs: BlockingQueue<Run> = LinkedBlockingQueue()
    private val brokers = List(servers) { open() }
    private val servers = brokers.mapIndexed { n, broker ->
        TaskServer.builder(broker).concurrency(concurrency).queues(queues.associateWith { 1 }).build().apply {
            start(
                TaskRouter.create().handle("wake") { task, context ->
                    runs += Run(context.taskId(), n, System.nanoTime())
                },
            )
        }
    }
    private var ids = 0

    /** Enqueues, waits for the run, and answers how long that took. */
    fun pickUpNanos(queue: String): Long {
        val before = System.nanoTime()
        val id = enqueue(queue)
        val run = checkNotNull(runs.poll(20, TimeUnit.SECONDS)) { "$id in $queue was not run" }
        check(run.id == id) { "ran ${run.id} instead of $id" }
        return run.nanos - before
    }

    /** As asynq does it. */
    fun enqueue(queue: String): String {
        val id = "stranger-${ids++}"
        redis("EVAL", ENQUEUE, 2, Keys.task(queue, id), Keys.pending(queue), message(id, queue), id, System.nanoTime())
        return id
    }

    /** Stores a task that is due at [unixSeconds]. */
    fun schedule(queue: String, unixSeconds: Long): String {
        val id = "stranger-${ids++}"
        redis("HSET", Keys.task(queue, id), "msg", message(id, queue), "state", "scheduled")
        redis("ZADD", Keys.scheduled(queue), unixSeconds, id)
        return id
    }

    /** How many of the connections to Redis have keys tracked. */
    fun tracked(): Int = redis("CLIENT", "LIST").text().lines().count { Regex(" flags=[^ ]*t").containsMatchIn(it) }

    /** How often [command] was called since [forget], by clients or by scripts. */
    fun sent(command: String): Int =
        Regex("cmdstat_$command:calls=(\\d+)").find(redis("INFO", "commandstats").text())?.groupValues?.get(1)
            ?.toInt() ?: 0

    /** What Redis has computed since it started. */
    fun cpuSeconds(): Double = redis("INFO", "cpu").text().lines()
        .filter { it.startsWith("used_cpu_user:") || it.startsWith("used_cpu_sys:") }
        .sumOf { it.substringAfter(':').trim().toDouble() }

    fun forget() {
        redis("CONFIG", "RESETSTAT")
    }

    override fun close() {
        servers.forEach { it.close() }
        brokers.forEach { it.close() }
        redis.close()
    }

    private fun message(id: String, queue: String) =
        Wire.encode(TaskMessage.of("wake", Payload.none(), Options.defaults().taskId(id).queue(queue)))
}
