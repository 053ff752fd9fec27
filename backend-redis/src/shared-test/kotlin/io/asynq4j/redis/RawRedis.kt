package io.asynq4j.redis

import io.asynq4j.redis.port.Reply

/** Redis asked in its own protocol and without any client library, so that what a test sees is not the driver's view. */
internal interface RawRedis : AutoCloseable {
    /** The reply to one command, whose words are texts, numbers or bytes; fails when it is an error. */
    operator fun invoke(vararg words: Any): Reply
}
