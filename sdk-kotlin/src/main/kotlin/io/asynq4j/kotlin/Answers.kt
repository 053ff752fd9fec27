package io.asynq4j.kotlin

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.asDeferred
import kotlinx.coroutines.withContext
import java.util.concurrent.CompletionStage

/**
 * Calls a broker and waits for its answer, without holding up the caller's thread if the broker is [blocking]. The call goes on
 * when the coroutine is cancelled, since what was sent cannot be taken back: hence `asDeferred`.
 */
internal suspend fun <T> awaitAnswer(blocking: Boolean, call: () -> CompletionStage<T>): T {
    val stage = if (blocking) withContext(Dispatchers.IO) { call() } else call()
    return stage.asDeferred().await()
}
