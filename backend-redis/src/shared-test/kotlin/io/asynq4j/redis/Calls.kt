package io.asynq4j.redis

import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Reply
import io.asynq4j.redis.port.Script
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeUnit

/** What came back, which must be before the test's patience ends. */
internal fun RedisPort.replies(vararg calls: Call): List<Reply> =
    run(calls.toList()).toCompletableFuture().get(20, TimeUnit.SECONDS)

internal fun RedisPort.reply(call: Call): Reply = replies(call).single()

/** Runs [calls] on a thread of their own, since a port may block. */
internal fun RedisPort.aside(vararg calls: Call): CompletableFuture<List<Reply>> {
    val replies = CompletableFuture<CompletionStage<List<Reply>>>()
    Thread { replies.complete(run(calls.toList())) }.apply { isDaemon = true }.start()
    return replies.thenCompose { it }
}

/** The words of a command, the first of them its name. */
internal fun command(vararg words: String): Call =
    Call.of(words.first()).apply { words.drop(1).forEach { arg(it) } }.build()

internal fun script(source: String, vararg keys: String): Call =
    Call.of(Script.of("test.lua", source)).apply { keys.forEach { key(it) } }.build()

/** As plain values, so that they can be compared. */
internal val Reply.plain: Any?
    get() = when (this) {
        is Reply.Nil -> null
        is Reply.Int -> value
        is Reply.Bytes -> text()
        is Reply.Many -> values.map { it.plain }
        is Reply.Failed -> if (answered) "refused: $message" else "unanswered: $message"
    }

internal fun Reply.shouldBeUnanswered(): Reply.Failed {
    val failed = shouldBeInstanceOf<Reply.Failed>()
    check(!failed.answered) { failed.message }
    return failed
}
