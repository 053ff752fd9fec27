package io.asynq4j.server

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.lang.reflect.Proxy
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import kotlin.time.Duration.Companion.seconds

class HandlerFaultsTest :
    FunSpec({
        test("a handler that answers null, where a stage is expected, has failed and keeps no slot") {
            val room = Room { concurrency(1) }
            room.handleAsync(answeringNull())
            repeat(2) { room.enqueue("t$it") }
            room.advance(1.seconds)
            room.broker.retrying("default").map { it.task().progress().lastError() } shouldBe
                List(2) { "the handler answered null, where a stage is expected" }
        }

        test(
            "tasks that were fetched beside one for which there is no thread are started, and that one when there is",
        ) {
            val threads = Threads()
            val room = threads.room()
            threads.missing = 1
            repeat(4) { room.enqueue("t$it") }
            val ran = mutableListOf<String>()
            room.handle { task, _ -> ran += task.type() }
            room.advance(5.seconds) // less than a lease
            ran shouldContainExactly listOf("t1", "t2", "t3", "t0")
        }

        test("an attempt that is given up is over although there is no thread to say so") {
            val threads = Threads()
            val room = threads.room()
            room.enqueue("t", Options.defaults().timeout(Duration.ofSeconds(60)))
            room.handleAsync { _, _ -> CompletableFuture<Void>() }
            room.advance(30.seconds)
            threads.missing = Int.MAX_VALUE
            room.advance(40.seconds)
            room.broker.retrying("default").map { it.id() }.size shouldBe 1
        }
    })

@Suppress("UNCHECKED_CAST")
private fun answeringNull(): AsyncHandler<Task> {
    val type = AsyncHandler::class.java
    return Proxy.newProxyInstance(type.classLoader, arrayOf(type)) { _, _, _ -> null } as AsyncHandler<Task>
}

/** Threads for handlers, of which some are missing. */
private class Threads {
    var missing = 0
    private lateinit var executor: Executor

    fun room() = Room { handlerExecutor { execute(it) } }.also { executor = it.time.executor() }

    private fun execute(work: Runnable) {
        if (missing-- > 0) throw OutOfMemoryError("made up: unable to create native thread")
        executor.execute(work)
    }
}
