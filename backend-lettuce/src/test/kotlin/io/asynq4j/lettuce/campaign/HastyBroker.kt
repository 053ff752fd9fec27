package io.asynq4j.lettuce.campaign

import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.Broker
import io.asynq4j.spi.GroupTrigger
import io.asynq4j.spi.Grouping
import io.asynq4j.spi.Placement
import java.time.Duration
import java.time.Instant
import kotlin.concurrent.thread

/** Gives aggregations less time than they have, so that nobody waits long for the dead, and stops at the points of their path. */
internal class HastyBroker(private val broker: Broker, private val setTime: Duration, private val stop: Stop) :
    Broker by broker {
    override fun stage(set: AggregationSet, trigger: GroupTrigger, now: Instant): Grouping.Staged {
        val hasty = AggregationSet(set.queue(), set.group(), set.id(), now.plus(setTime))
        val staged = broker.stage(hasty, trigger, now)
        if (staged.members() > 0 && stop.isDue(Point.STAGED)) {
            stop.forGood()
        }
        return staged
    }

    override fun finish(set: AggregationSet, members: Int, task: Placement, now: Instant): Grouping.Finished {
        if (stop.isDue(Point.AGGREGATED)) {
            stop.forGood()
        }
        if (stop.isDue(Point.FINISHING)) {
            thread(isDaemon = true) { broker.finish(set, members, task, now) }
            stop.forGood()
        }
        val finished = broker.finish(set, members, task, now)
        if (stop.isDue(Point.FINISHED)) {
            stop.forGood()
        }
        return finished
    }
}
