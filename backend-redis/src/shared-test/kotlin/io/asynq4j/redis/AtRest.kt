package io.asynq4j.redis

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What [look] shows when it has shown the same for a while: on a busy machine the last of several servers comes late. */
internal suspend fun <T> atRest(look: () -> T): T = eventually(20.seconds) {
    val seen = look()
    delay(300.milliseconds)
    look() shouldBe seen
    seen
}
