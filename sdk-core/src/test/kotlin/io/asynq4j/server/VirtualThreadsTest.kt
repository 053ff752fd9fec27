package io.asynq4j.server

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit.SECONDS

class VirtualThreadsTest :
    FunSpec({
        test("handlers run on virtual threads where Java has them, and on daemons of a pool otherwise") {
            val handlers = EngineThreads.ForHandlers.open()
            val seen = CompletableFuture<Thread>()
            handlers.executor().execute { seen.complete(Thread.currentThread()) }
            val thread = seen.get(5, SECONDS)
            thread.name shouldStartWith "asynq4j-worker"
            thread.isDaemon shouldBe true
            val isVirtual = runCatching { Thread::class.java.getMethod("isVirtual").invoke(thread) }.getOrDefault(false)
            isVirtual shouldBe (Runtime.version().feature() >= 21)
            handlers.close().run()
        }
    })
