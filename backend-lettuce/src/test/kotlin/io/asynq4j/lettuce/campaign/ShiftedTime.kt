package io.asynq4j.lettuce.campaign

import io.asynq4j.time.Timekeeper
import java.time.Duration

/** A clock that is wrong by [shift], and runs as fast as the right one. */
internal class ShiftedTime(private val time: Timekeeper, private val shift: Duration) : Timekeeper by time {
    override fun instant() = time.instant().plus(shift)!!
}
