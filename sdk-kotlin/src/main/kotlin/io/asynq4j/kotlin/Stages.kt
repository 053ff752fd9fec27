package io.asynq4j.kotlin

import kotlinx.coroutines.suspendCancellableCoroutine
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/** Waits for this stage. It goes on when the coroutine is cancelled: what was sent cannot be taken back. */
internal suspend fun <T> CompletionStage<T>.awaitAnswer(): T = suspendCancellableCoroutine { waiting ->
    whenComplete { value, failure ->
        if (failure == null) {
            waiting.resume(value)
        } else {
            waiting.resumeWithException((failure as? CompletionException)?.cause ?: failure)
        }
    }
}
