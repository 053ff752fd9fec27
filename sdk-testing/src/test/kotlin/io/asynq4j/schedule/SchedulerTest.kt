package io.asynq4j.schedule

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Fired
import io.asynq4j.spi.Firing
import io.asynq4j.spi.Schedules
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Overlap
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskException
import io.asynq4j.task.TaskIdConflictException
import io.asynq4j.task.TaskInfo
import io.asynq4j.testing.Faults
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.util.UUID
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class SchedulerTest :
    FunSpec({
        test("a task is enqueued at each of its times, and not before") {
            SchedulerRoom().use { room ->
                room.scheduler(tick("*/10 * * * *"), tick("@every 7m", "seven"))
                room.advance(30.minutes)
                room.times("tick") shouldContainExactly listOf("00:10:00", "00:20:00", "00:30:00")
                room.times("seven") shouldContainExactly listOf("00:07:00", "00:14:00", "00:21:00", "00:28:00")
            }
        }

        test("times are those of the zone of the entry, or else of the scheduler") {
            SchedulerRoom().use { room ->
                room.scheduler(
                    tick("0 9 * * *", "tokyo"),
                    tick("0 9 * * *", "berlin").inZone(ZoneId.of("Europe/Berlin")),
                    tick("TZ=America/New_York 0 9 * * *", "new york").inZone(ZoneId.of("Europe/Berlin")),
                ) { zone(ZoneId.of("Asia/Tokyo")) }
                room.advance(1.days)
                room.times("tokyo") shouldBe listOf("00:00:00")
                room.times("berlin") shouldBe listOf("08:00:00")
                room.times("new york") shouldBe listOf("14:00:00")
            }
        }

        test("schedulers with clocks up to 2 s off enqueue each time once between them") {
            SchedulerRoom().use { room ->
                room.scheduler(tick("@every 1s"), ahead = 2.seconds)
                room.advance(1.3.seconds)
                room.scheduler(tick("@every 1s"), ahead = (-2).seconds)
                room.advance(1.3.seconds)
                room.scheduler(tick("@every 1s"))
                room.advance(57.4.seconds)
                room.pending() shouldHaveSize 60
            }
        }

        test("where one scheduler ends others go on, in the phase of the first, and nothing is missed") {
            SchedulerRoom().use { room ->
                val first = room.scheduler(tick("@every 1m"))
                room.advance(90.seconds)
                room.scheduler(tick("@every 1m"))
                room.advance(20.seconds)
                first.close()
                room.advance(70.seconds)
                room.times("tick") shouldContainExactly listOf("00:01:00", "00:02:00", "00:03:00")
            }
        }

        test("a short absence is made up for, a long one is skipped unless the entry says otherwise") {
            SchedulerRoom().use { room ->
                val entries = arrayOf(
                    tick("* * * * *", "skip"),
                    tick("* * * * *", "once").onMissed(Missed.once()),
                    tick("* * * * *", "within").onMissed(Missed.within(Duration.ofMinutes(3))),
                    tick("@every 1m", "interval").onMissed(Missed.once()),
                )
                room.scheduler(*entries).close()
                room.advance(80.seconds)
                room.scheduler(*entries).close()
                val short = listOf("00:01:20")
                listOf("skip", "once", "within", "interval").forEach { room.times(it) shouldBe short }

                room.advance(600.seconds) // 00:11:20
                room.scheduler(*entries)
                room.times("skip") shouldBe short + "00:11:20" // which is late by 20 s, and not missed
                room.times("once") shouldBe short + List(2) { "00:11:20" }
                room.times("within") shouldBe short + List(3) { "00:11:20" }
                room.times("interval") shouldBe short + List(2) { "00:11:20" }
                room.advance(1.minutes)
                listOf("skip", "once", "within", "interval").forEach { room.times(it).last() shouldBe "00:12:00" }
            }
        }

        test("nothing is made up for when a schedule is another one than before") {
            SchedulerRoom().use { room ->
                room.scheduler(tick("0 0 * * *").named("n")).close()
                room.advance(10.hours)
                room.scheduler(tick("* * * * *").named("n").onMissed(Missed.within(Duration.ofDays(1))))
                room.pending().shouldBeEmpty()
                room.advance(1.minutes)
                room.pending() shouldHaveSize 1
            }
        }

        test("an entry that skips waits for its task, and one that buffers makes one when it is finished") {
            SchedulerRoom().use { room ->
                room.scheduler(
                    tick("* * * * *", "skip").onOverlap(Overlap.SKIP),
                    tick("* * * * *", "buffer").onOverlap(Overlap.BUFFER_ONE),
                )
                room.advance(200.seconds)
                room.times("skip") shouldBe listOf("00:01:00")
                room.times("buffer") shouldBe listOf("00:01:00")
                room.work() shouldBe 2
                room.advance(2.seconds)
                room.times("skip").shouldBeEmpty()
                room.times("buffer") shouldBe listOf("00:03:21")
                room.advance(60.seconds)
                room.times("skip") shouldBe listOf("00:04:00")
            }
        }

        test("what was buffered is enqueued by another scheduler, should the one that buffered it be gone") {
            SchedulerRoom().use { room ->
                val entry = tick("* * * * *").onOverlap(Overlap.BUFFER_ONE)
                val first = room.scheduler(entry)
                room.advance(130.seconds)
                first.close()
                room.scheduler(entry)
                room.work()
                room.advance(1.seconds)
                room.times("tick") shouldBe listOf("00:02:11")
            }
        }

        test("an entry that cancels asks its running task to stop") {
            SchedulerRoom().use { room ->
                val asked = mutableListOf<String>()
                room.broker.onCancel { asked += it.id() }
                room.scheduler(tick("* * * * *").onOverlap(Overlap.CANCEL_PREVIOUS))
                room.advance(1.minutes)
                room.broker.fetch(
                    Demand(
                        listOf(Demand.Share("default", 1)),
                        room.time.instant(),
                        room.time.instant().plusSeconds(30),
                        "attempt",
                    ),
                )
                val running = room.broker.active("default").single().id()
                room.advance(1.minutes)
                asked shouldBe listOf(running)
                room.advance(1.minutes)
                room.times("tick") shouldBe listOf("00:03:00")
            }
        }

        test("jitter puts each time off, differently each time, and the same for all schedulers") {
            SchedulerRoom().use { room ->
                val entry = tick("*/5 * * * *").withJitter(Duration.ofMinutes(2))
                room.scheduler(entry)
                room.advance(7.seconds)
                room.scheduler(entry)
                room.advance(122.minutes)
                val late = room.broker.pending("default")
                    .mapIndexed { i, it ->
                        it.time().epochSecond - Instant.parse("2026-03-01T00:05:00Z").epochSecond -
                            300L * i
                    }
                late shouldHaveSize 24
                late.forEach { it shouldBeInRange 0L..120L }
                (late.distinct().size > 12) shouldBe true
            }
        }

        test("an entry is not due before it begins and after it ends; an interval begins when it begins") {
            SchedulerRoom().use { room ->
                room.scheduler(
                    tick("*/10 * * * *")
                        .startingAt(
                            Instant.parse("2026-03-01T00:20:00Z"),
                        ).endingAt(Instant.parse("2026-03-01T00:40:00Z")),
                    tick("@every 10m", "interval").startingAt(Instant.parse("2026-03-01T00:25:00.5Z")),
                )
                room.advance(55.minutes)
                room.times("tick") shouldBe listOf("00:20:00", "00:30:00", "00:40:00")
                room.times("interval") shouldBe listOf("00:25:01", "00:35:01", "00:45:01", "00:55:01").dropLast(1)
            }
        }

        test("a paused entry makes nothing in any scheduler, also after restarts, and nothing of it is made up for") {
            SchedulerRoom().use { room ->
                val entry = tick("* * * * *").onMissed(Missed.within(Duration.ofHours(1)))
                val one = room.scheduler(entry)
                val other = room.scheduler(entry)
                val id = one.entries().single().id()
                one.pause(id)
                room.advance(3.minutes)
                other.close()
                val third = room.scheduler(entry)
                third.entries().single().paused() shouldBe true
                room.advance(3.minutes)
                room.pending().shouldBeEmpty()
                third.resume(id)
                room.advance(1.minutes)
                room.times("tick") shouldBe listOf("00:07:00")
            }
        }

        test("a task can be enqueued at once, which changes none of its times") {
            SchedulerRoom().use { room ->
                val scheduler = room.scheduler()
                val id = scheduler.register(tick("0 * * * *"))
                room.advance(10.minutes)
                scheduler.runNow(id).type() shouldBe "tick"
                room.advance(1.hours)
                room.times("tick") shouldBe listOf("00:10:00", "01:00:00")
                room.broker.schedulerEvents(id) shouldHaveSize 2
                shouldThrow<IllegalArgumentException> { scheduler.runNow("nobody") }
            }
        }

        test("the next times of an entry are told") {
            SchedulerRoom().use { room ->
                val scheduler = room.scheduler(tick("30 2 * * *").named("daily"), tick("@every 40m").named("interval"))
                room.advance(50.minutes)
                scheduler.next("daily", 2).map { it.toString() } shouldBe
                    listOf("2026-03-01T02:30:00Z", "2026-03-02T02:30:00Z")
                scheduler.next("interval", 2).map { it.toString() } shouldBe
                    listOf("2026-03-01T01:20:00Z", "2026-03-01T02:00:00Z")
            }
        }

        test("entries come and go while the scheduler runs") {
            SchedulerRoom().use { room ->
                val scheduler = room.scheduler()
                room.advance(90.seconds)
                val id = scheduler.register("* * * * *", Task.of("tick"))
                room.advance(1.minutes)
                scheduler.unregister(id) shouldBe true
                scheduler.unregister(id) shouldBe false
                room.advance(5.minutes)
                room.times("tick") shouldBe listOf("00:02:00")
                scheduler.entries().shouldBeEmpty()
            }
        }

        test(
            "an entry is shown with its times and options at once, and with what it did; not after the scheduler is closed",
        ) {
            SchedulerRoom().use { room ->
                val scheduler = room.scheduler(
                    tick("*/5 * * * *").with(Options.defaults().maxRetry(3).timeout(Duration.ofSeconds(90))),
                )
                val shown = room.broker.schedulerEntries().single()
                shown.spec() shouldBe "*/5 * * * *"
                shown.options() shouldBe listOf("MaxRetry(3)", "Timeout(1m30s)")
                shown.next() shouldBe Instant.parse("2026-03-01T00:05:00Z")
                shown.previous() shouldBe null
                room.advance(6.minutes)
                val later = room.broker.schedulerEntries().single()
                later.previous() shouldBe Instant.parse("2026-03-01T00:05:00Z")
                later.next() shouldBe Instant.parse("2026-03-01T00:10:00Z")
                room.broker.schedulerEvents(shown.id()).map { it.taskId() } shouldBe
                    room.broker.pending("default").map { it.id() }
                scheduler.close()
                room.broker.schedulerEntries().shouldBeEmpty()
                room.broker.schedulerEvents(shown.id()) shouldHaveSize 1
            }
        }

        test("a listener is told what is enqueued and what is refused, and one that fails hinders nobody") {
            SchedulerRoom().use { room ->
                val news = mutableListOf<String>()
                room.scheduler(tick("* * * * *").with(Options.defaults().taskId("one"))) {
                    listener(object : SchedulerListener {
                        override fun enqueueing(task: Task, options: Options) = error("no")
                    })
                    listener(object : SchedulerListener {
                        override fun enqueueing(task: Task, options: Options) {
                            news += "enqueueing ${task.type()}"
                        }

                        override fun enqueued(task: TaskInfo) {
                            news += "enqueued ${task.id()}"
                        }

                        override fun refused(task: Task, options: Options, why: TaskException) {
                            (why is TaskIdConflictException) shouldBe true
                            news += "refused ${task.type()}"
                        }
                    })
                }
                room.advance(2.minutes)
                news shouldBe listOf("enqueueing tick", "enqueued one", "enqueueing tick", "refused tick")
            }
        }

        test(
            "a time whose answer is lost is enqueued once, and known to be; while the broker is away nothing is lost",
        ) {
            SchedulerRoom().use { room ->
                val faults = Faults.on(room.time)
                val told = mutableListOf<String>()
                room.scheduler(tick("@every 10s"), on = faults.wrap(room.broker)) {
                    listener(object : SchedulerListener {
                        override fun enqueued(task: TaskInfo) {
                            told += task.id()
                        }
                    })
                }
                faults.loseReplies(3, Schedules::class.java)
                room.advance(30.seconds)
                faults.unavailableFor(Duration.ofSeconds(25))
                room.advance(60.seconds)
                room.pending() shouldHaveSize 9
                told shouldContainExactly room.broker.pending("default").map { it.id() }
                room.broker.schedulerEvents(room.broker.schedulerEntries().single().id()) shouldHaveSize 9
            }
        }

        test("where one is to lead, one does, and another takes its place when it is gone") {
            SchedulerRoom().use { room ->
                val told = mutableListOf<String>()
                fun one(name: String) = room.scheduler(tick("@every 2s")) {
                    leaderLease("all", Duration.ofSeconds(9))
                    listener(object : SchedulerListener {
                        override fun enqueueing(task: Task, options: Options) {
                            told += name
                        }
                    })
                }
                val first = one("first")
                one("second")
                room.advance(20.seconds)
                told.distinct() shouldBe listOf("first")
                first.close()
                room.advance(20.seconds)
                told.distinct() shouldBe listOf("first", "second")
                room.pending() shouldHaveSize 20
                told shouldHaveSize 20
            }
        }

        test("an entry whose queue cannot take its task is late, and holds up nobody") {
            SchedulerRoom().use { room ->
                var blocked = true
                val broker = object : Broker by room.broker {
                    override fun fire(firings: List<Firing>) = firings.map {
                        if (blocked && it.entry().queue() == "bad") {
                            Fired(Fired.Outcome.BLOCKED, null, null, BrokerUnavailableException("foreign", null))
                        } else {
                            room.broker.fire(listOf(it)).single()
                        }
                    }
                }
                room.scheduler(tick("@every 1m").with(Options.defaults().queue("bad")), tick("@every 5s"), on = broker)
                room.advance(80.seconds)
                room.times("tick") shouldHaveSize 16
                room.times("tick")[12] shouldBe "00:01:05"
                blocked = false
                room.advance(1.seconds)
                room.broker.pending("bad") shouldHaveSize 1
            }
        }

        test("ids are names, or else made of all that makes an entry, with nothing run together") {
            SchedulerRoom().use { room ->
                val scheduler = room.scheduler()
                scheduler.register(tick("* * * * *").named("minutely")) shouldBe "minutely"
                val ids = listOf(
                    tick("* * * * *"),
                    tick("*/1 * * * *"),
                    tick("* * * * *").inZone(ZoneId.of("Asia/Tokyo")),
                    tick("* * * * *", "tic"),
                    PeriodicTask.of("* * * * *", Task.of("tic", Payload.ofUtf8("ktock"))),
                    PeriodicTask.of(
                        "* * * * *",
                        Task.of("tick", Payload.ofUtf8("tock")).with(Options.defaults().maxRetry(1)),
                    ),
                    tick("* * * * *").with(Options.defaults().header("a", "b")),
                    tick("* * * * *").startingAt(Instant.EPOCH),
                ).map { scheduler.register(it) }
                ids.distinct() shouldHaveSize 8
                ids.forEach { UUID.fromString(it).toString() shouldBe it }
                SchedulerRoom().use { it.scheduler().register(tick("* * * * *")) shouldBe ids[0] }
            }
        }

        test("what is no schedule, or no task that can be stored, or is there already, is refused at once") {
            SchedulerRoom().use { room ->
                val scheduler = room.scheduler(tick("* * * * *").from("line 7"))
                shouldThrow<IllegalArgumentException> { scheduler.register(tick("* * * *")) }.message shouldContain
                    "five fields"
                shouldThrow<IllegalArgumentException> {
                    scheduler.register(
                        PeriodicTask.of("* * * * *", Task(" ", Payload.none(), mapOf(), Options.defaults())),
                    )
                }
                shouldThrow<IllegalArgumentException> { scheduler.register(tick("* * * * *").from("line 9")) }
                    .message shouldContain "line 9"
                scheduler.entries() shouldHaveSize 1
            }
        }

        test("a scheduler is started once and closed for good, and leaves no timer behind") {
            SchedulerRoom().use { room ->
                val scheduler = room.scheduler(tick("* * * * *"))
                shouldThrow<IllegalStateException> { scheduler.start() }
                scheduler.ping()
                scheduler.close()
                scheduler.close()
                room.time.pendingTimers() shouldBe 0
                scheduler.ping()
                shouldThrow<IllegalStateException> { scheduler.start() }
                shouldThrow<IllegalStateException> { scheduler.register(tick("@daily")) }
                room.advance(2.minutes)
                room.pending().shouldBeEmpty()
            }
        }

        test("a listener may close the scheduler") {
            SchedulerRoom().use { room ->
                lateinit var scheduler: Scheduler
                scheduler = room.scheduler(tick("* * * * *")) {
                    listener(object : SchedulerListener {
                        override fun enqueued(task: TaskInfo) = scheduler.close()
                    })
                }
                room.advance(5.minutes)
                room.pending() shouldHaveSize 1
                room.broker.schedulerEntries().shouldBeEmpty()
            }
        }

        test("entries with the same times are enqueued together, a thousand of them too") {
            SchedulerRoom().use { room ->
                room.scheduler(*Array(1_000) { tick("* * * * *", "t$it") })
                room.advance(2.minutes)
                room.pending() shouldHaveSize 2_000
                room.pending().distinct() shouldContainExactlyInAnyOrder (0 until 1_000).map { "t$it" }
            }
        }
    })
