package io.asynq4j.schedule

import io.asynq4j.spi.SchedulerEntry
import io.asynq4j.task.Options
import io.asynq4j.task.Overlap
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskInfo
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private class Provided(var tasks: () -> List<PeriodicTask?>) : PeriodicTaskConfigProvider {
    @Suppress("UNCHECKED_CAST")
    override fun periodicTasks() = tasks() as List<PeriodicTask>
}

private fun SchedulerRoom.manager(provider: PeriodicTaskConfigProvider) = PeriodicTaskManager.builder(
    broker,
    provider,
).syncInterval(Duration.ofMinutes(1)).time(time).executor(time.executor()).build()

private fun PeriodicTaskManager.types() = scheduler().entries().map { it.periodic().task().type() }

class PeriodicTaskManagerTest :
    FunSpec({
        test(
            "what the provider names is registered, and changes are taken up at the next sync; the rest keeps its phase",
        ) {
            SchedulerRoom().use { room ->
                val provided = Provided { listOf(tick("@every 50s", "a"), tick("@every 1h", "b")) }
                room.manager(provided).use { manager ->
                    manager.start()
                    manager.types() shouldContainExactlyInAnyOrder listOf("a", "b")
                    provided.tasks = { listOf(tick("@every 50s", "a"), tick("@every 20s", "c")) }
                    room.advance(59.seconds)
                    manager.types() shouldContainExactlyInAnyOrder listOf("a", "b")
                    room.advance(62.seconds)
                    manager.types() shouldContainExactlyInAnyOrder listOf("a", "c")
                    room.times("a") shouldBe listOf("00:00:50", "00:01:40")
                    room.times("c") shouldBe listOf("00:01:20", "00:01:40", "00:02:00")
                    manager.problems().shouldBeEmpty()
                }
                room.time.pendingTimers() shouldBe 0
                room.broker.schedulerEntries().shouldBeEmpty()
            }
        }

        test("an entry that is wrong, or there twice, is told of and leaves the others alone") {
            SchedulerRoom().use { room ->
                val provided = Provided {
                    listOf(
                        tick("bad", "a").from("line 3"),
                        null,
                        tick("* * * * *", "b"),
                        tick("* * * * *", "b").from("line 9"),
                    )
                }
                room.manager(provided).use { manager ->
                    manager.start()
                    manager.types() shouldBe listOf("b")
                    manager.problems() shouldHaveSize 3
                    manager.problems()[0] shouldContain "line 3"
                    manager.problems()[2] shouldContain "line 9"
                    room.advance(2.minutes)
                    room.times("b") shouldHaveSize 2
                }
            }
        }

        test("an entry with a name goes on as it was while its new form is wrong") {
            SchedulerRoom().use { room ->
                val provided = Provided { listOf(tick("* * * * *").named("n")) }
                room.manager(provided).use { manager ->
                    manager.start()
                    provided.tasks = { listOf(tick("* * * *").named("n")) }
                    room.advance(3.minutes)
                    room.times("tick") shouldHaveSize 3
                    provided.tasks = { listOf(tick("*/5 * * * *").named("n").onMissed(Missed.once())) }
                    room.advance(4.minutes)
                    manager.problems().shouldBeEmpty()
                    manager.scheduler().entries().single().periodic().spec() shouldBe "*/5 * * * *"
                    room.times("tick").last() shouldBe "00:05:00"
                }
            }
        }

        test("while the provider fails its tasks stay, and at the start that is an error") {
            SchedulerRoom().use { room ->
                val provided = Provided { error("no file") }
                room.manager(provided).use { manager ->
                    shouldThrow<IllegalStateException> { manager.start() }.message shouldContain "no file"
                }
                provided.tasks = { listOf(tick("* * * * *")) }
                room.manager(provided).use { manager ->
                    manager.start()
                    provided.tasks = { error("no file") }
                    room.advance(3.minutes)
                    manager.problems().single() shouldContain "no file"
                    room.times("tick") shouldHaveSize 3
                }
            }
        }

        test("what is stored in the broker comes back as it was put, and is taken up") {
            SchedulerRoom().use { room ->
                val stored = StoredPeriodicTasks.of(room.broker)
                val all = Options.defaults().queue("low \"q\"\u200b").maxRetry(3).timeout(Duration.ofMillis(1500))
                    .deadline(Instant.parse("2099-01-02T03:04:05Z")).uniqueFor(Duration.ofHours(1)).uniqueKey("k)")
                    .processIn(Duration.ofSeconds(5)).retention(Duration.ofDays(1)).taskId("id").group("g")
                    .headers(mapOf("a\",\"b(" to "c\\d", "ü" to "\n"))
                val full = tick("0 6 * * *").named("full").with(all).inZone(ZoneId.of("Europe/Berlin"))
                    .onMissed(
                        Missed.within(Duration.ofHours(2)),
                    ).onOverlap(Overlap.BUFFER_ONE).withJitter(Duration.ofSeconds(9))
                    .startingAt(Instant.parse("2026-01-01T00:00:00.5Z")).endingAt(Instant.parse("2030-01-01T00:00:00Z"))
                stored.put(full)
                stored.put(tick("* * * * *").named("plain").onMissed(Missed.once()))
                stored.periodicTasks() shouldContainExactlyInAnyOrder
                    listOf(full, tick("* * * * *").named("plain").onMissed(Missed.once()))
                shouldThrow<IllegalArgumentException> { stored.put(tick("* * * * *")) }
                shouldThrow<IllegalArgumentException> { stored.put(tick("* * * *").named("bad")) }

                room.broker.storePeriodic(
                    SchedulerEntry("odd", "@daily", "t", Payload.none(), listOf("Odd(1)"), null, null),
                )
                room.manager(stored).use { manager ->
                    manager.start()
                    manager.problems().single() shouldContain "Odd(1)"
                    manager.scheduler().entries().map { it.id() } shouldContainExactlyInAnyOrder listOf("full", "plain")
                    stored.remove("full") shouldBe true
                    stored.remove("odd") shouldBe true
                    room.advance(1.minutes)
                    manager.scheduler().entries().map { it.id() } shouldBe listOf("plain")
                    manager.problems().shouldBeEmpty()
                }
            }
        }

        test("a manager that is closed while its provider is asked ends, where one thread does everything") {
            SchedulerRoom().use { room ->
                val asked = CountDownLatch(1)
                val answer = CountDownLatch(1)
                val provided = Provided { listOf(tick("@every 1s", "a")) }
                val executor = Executors.newSingleThreadExecutor { Thread(it).apply { isDaemon = true } }
                val manager = PeriodicTaskManager.builder(room.broker, provided).syncInterval(Duration.ofMillis(1))
                    .scheduler { it.heartbeat(Duration.ofHours(1)) }.executor(executor).build()
                manager.start()
                provided.tasks = {
                    asked.countDown()
                    answer.await()
                    listOf(tick("@every 1s", "a"), tick("@every 1s", "b"))
                }
                asked.await(5, TimeUnit.SECONDS) shouldBe true
                val closing = thread(isDaemon = true) { manager.close() }
                eventually(5.seconds) { closing.state shouldBe Thread.State.WAITING }
                answer.countDown()
                closing.join(5_000)
                closing.isAlive shouldBe false
                executor.shutdownNow()
                room.broker.schedulerEntries().shouldBeEmpty()
            }
        }

        test("a provider may close its manager, and so may a listener") {
            SchedulerRoom().use { room ->
                lateinit var manager: PeriodicTaskManager
                val provided = Provided { listOf(tick("@every 50s")) }
                manager = room.manager(provided)
                manager.start()
                provided.tasks = {
                    manager.close()
                    listOf(tick("@every 20s"))
                }
                room.advance(5.minutes)
                manager.problems().shouldBeEmpty()
                room.times("tick") shouldBe listOf("00:00:50")
                room.time.pendingTimers() shouldBe 0

                var told = 0
                val listener = object : SchedulerListener {
                    override fun enqueued(task: TaskInfo) {
                        manager.close()
                        told++
                    }
                }
                provided.tasks = { listOf(tick("@every 30s")) }
                manager = PeriodicTaskManager.builder(room.broker, provided).time(room.time)
                    .executor(room.time.executor()).scheduler { it.listener(listener) }.build()
                manager.start()
                room.advance(5.minutes)
                told shouldBe 1
                room.time.pendingTimers() shouldBe 0
                room.broker.schedulerEntries().shouldBeEmpty()
            }
        }
    })
