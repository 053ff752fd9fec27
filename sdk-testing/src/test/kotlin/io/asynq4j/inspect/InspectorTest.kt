package io.asynq4j.inspect

import io.asynq4j.client.TaskClient
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Inspection
import io.asynq4j.spi.Placement
import io.asynq4j.spi.Shelf
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.QueueNotFoundException
import io.asynq4j.task.Task
import io.asynq4j.task.TaskIdConflictException
import io.asynq4j.task.TaskNotFoundException
import io.asynq4j.task.TaskState
import io.asynq4j.task.TaskStateException
import io.asynq4j.testing.Faults
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.optional.shouldBePresent
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration
import java.time.Instant

class InspectorTest : FunSpec({
    test("pages are counted from one on, and the one behind the last is empty") {
        val room = Room()
        room.enqueue(65)
        room.inspector.list(PENDING, Page.FIRST) shouldHaveSize 30
        room.inspector.list(PENDING, Page.of(3)).map { it.id() } shouldBe (60..64).map { "t$it" }
        room.inspector.list(PENDING, Page.of(7, 10)) shouldHaveSize 5
        room.inspector.list(PENDING, Page.of(Long.MAX_VALUE, 1000)).shouldBeEmpty()
    }

    test("a page that cannot be is refused with the rule") {
        shouldThrow<IllegalArgumentException> { Page.of(0) } shouldHaveMessage "pages are numbered from 1 on: 0"
        shouldThrow<IllegalArgumentException> { Page.of(1, 0) } shouldHaveMessage "a page has 1 to 1000 entries: 0"
        shouldThrow<IllegalArgumentException> { Page.of(1, 1001) } shouldHaveMessage
            "a page has 1 to 1000 entries: 1001"
    }

    test("names and numbers that cannot be are refused with the value") {
        val inspector = Room().inspector
        shouldThrow<IllegalArgumentException> { inspector.queue(" ") } shouldHaveMessage
            "queue must not be blank: \" \""
        shouldThrow<IllegalArgumentException> { inspector.history("default", 0) }.message shouldContain "1 to 90: 0"
        shouldThrow<IllegalArgumentException> { inspector.move("a", "id", "a") }.message shouldContain "\"a\""
        shouldThrow<IllegalArgumentException> { Shelf.of("default", TaskState.AGGREGATING) }
        shouldThrow<IllegalArgumentException> { TaskFilter.any().olderThan(Duration.ofSeconds(-1)) }
    }

    test("a queue whose name has braces, as Go programs can give it, is looked at and changed like any other") {
        val room = Room()
        val queues = listOf("a{b", "tenant{7}")
        queues.forEach { queue -> repeat(5) { room.plant(queue, "t$it") } }
        room.inspector.queues() shouldBe queues
        queues.forEach { queue ->
            val pending = Shelf.of(queue, TaskState.PENDING)
            room.inspector.queue(queue).count(TaskState.PENDING) shouldBe 5
            room.inspector.list(pending, Page.FIRST).map { it.id() } shouldBe (0..4).map { "t$it" }
            room.inspector.pause(queue) shouldBe true
            room.inspector.unpause(queue) shouldBe true
            room.inspector.archive(queue, "t0")
            room.inspector.delete(queue, "t0")
            room.inspector.cancel(queue, "t1") shouldBe false
            room.inspector.move(queue, "t1", "of-$queue".filter { it.isLetterOrDigit() }).id() shouldBe "t1"
            room.inspector.deleteAll(pending, TaskFilter.any()) { _, _ -> } shouldBe 3
            room.inspector.removeQueue(queue, false) shouldBe 0
        }
    }

    test("no task is put on a queue whose name has braces") {
        val room = Room()
        room.plant("a{b", "t0")
        room.enqueue(1)
        listOf<() -> Any>(
            { room.inspector.move("default", "t0", "a{b") },
            { room.inspector.copy("default", "t0", "a{b") },
            { room.inspector.moveAll(PENDING, TaskFilter.any(), "a{b", Progress.IGNORED) },
        ).forEach { shouldThrow<IllegalArgumentException> { it() }.message shouldContain "must not contain '{'" }
    }

    test("changing all members of a group says so when there is no queue") {
        val inspector = Room().inspector
        shouldThrow<QueueNotFoundException> { inspector.runAll(Shelf.group("nowhere", "g")) }
        shouldThrow<QueueNotFoundException> {
            inspector.moveAll(Shelf.group("nowhere", "g"), TaskFilter.any(), "default", Progress.IGNORED)
        }
    }

    test("a stream fetches tasks as they are wanted") {
        val room = Room()
        room.enqueue(1_000)
        var listings = 0
        val counting = object : Inspection by room.memory.inspection() {
            override fun listFrom(shelf: Shelf, cursor: String?, limit: Int, now: Instant) =
                room.memory.inspection().listFrom(shelf, cursor, limit, now).also { listings++ }
        }
        val walk = TaskWalk(counting, PENDING, room.time)
        repeat(200) { walk.next() }
        listings shouldBe 1
        walk.next().id() shouldBe "t200"
        listings shouldBe 2
        room.inspector.stream(PENDING).count() shouldBe 1_000
    }

    test("a stream tells those that are meant") {
        val room = Room()
        room.client.enqueue(Task.of("mail:welcome", Payload.ofUtf8("ada")), Options.defaults().taskId("a"))
        room.time.advance(Duration.ofMinutes(10))
        room.client.enqueue(Task.of("mail:bye", Payload.ofUtf8("grace")), Options.defaults().taskId("b"))
        room.client.enqueue(Task.of("image", Payload.none()), Options.defaults().taskId("c"))
        fun meant(filter: TaskFilter) = room.inspector.stream(PENDING, filter).map { it.id() }.toList()
        meant(TaskFilter.any().type("mail:*")) shouldContainExactly listOf("a", "b")
        meant(TaskFilter.any().type("mail:")).shouldBeEmpty()
        meant(TaskFilter.any().type("image")) shouldContainExactly listOf("c")
        meant(TaskFilter.any().payloadContains("rac")) shouldContainExactly listOf("b")
        meant(TaskFilter.any().olderThan(Duration.ofMinutes(10))) shouldContainExactly listOf("a")
        meant(TaskFilter.any().olderThan(Duration.ofMinutes(11))).shouldBeEmpty()
        meant(TaskFilter.any().type("mail:*").payloadContains("ada")) shouldContainExactly listOf("a")
        meant(TaskFilter.any().errorContains("")).shouldBeEmpty()
    }

    test("errors of failed tasks are searched") {
        val room = Room()
        room.archive("a", "no route to host")
        room.archive("b", "timeout")
        room.inspector.stream(ARCHIVED, TaskFilter.any().errorContains("route")).map { it.id() }
            .toList() shouldBe listOf("a")
    }

    test("one task is run, archived and deleted, and says what hinders") {
        val room = Room()
        room.enqueue(1)
        room.inspector.archive("default", "t0")
        shouldThrow<TaskStateException> { room.inspector.archive("default", "t0") } shouldHaveMessage
            "task \"t0\" of queue \"default\" is archived already"
        room.inspector.run("default", "t0")
        shouldThrow<TaskStateException> { room.inspector.run("default", "t0") }.message shouldContain
            "is pending already"
        room.fetch()
        shouldThrow<TaskStateException> { room.inspector.delete("default", "t0") }.message shouldContain "cancellation"
        shouldThrow<TaskNotFoundException> { room.inspector.delete("default", "t1") }.id() shouldBe "t1"
        shouldThrow<QueueNotFoundException> { room.inspector.delete("nowhere", "t1") } shouldHaveMessage
            "there is no queue \"nowhere\""
        shouldThrow<TaskNotFoundException> { room.inspector.task("default", "t1") } shouldHaveMessage
            "queue \"default\" holds no task with id \"t1\""
    }

    test("all tasks of a shelf are changed chunk by chunk, with progress") {
        val room = Room()
        room.enqueue(1_200)
        val told = mutableListOf<Pair<Long, Long>>()
        room.inspector.archiveAll(PENDING, TaskFilter.any()) { done, total -> told += done to total } shouldBe 1_200
        told shouldContainExactly listOf(500L to 1_200L, 1_000L to 1_200L, 1_200L to 1_200L)
        room.inspector.runAll(ARCHIVED) shouldBe 1_200
        room.inspector.deleteAll(PENDING) shouldBe 1_200
        room.inspector.deleteAll(PENDING) shouldBe 0
        room.inspector.queue("default").size() shouldBe 0
    }

    test("what comes while all tasks of a shelf are deleted is left alone") {
        val room = Room()
        room.enqueue(600)
        var more = 600
        room.inspector.deleteAll(PENDING, TaskFilter.any()) { _, _ ->
            room.enqueue(100, from = more).also { more += 100 }
        }
        room.inspector.queue("default").count(TaskState.PENDING) shouldBe 200
    }

    test("those tasks of a shelf that are meant are changed, and no others") {
        val room = Room()
        room.enqueue(1_000)
        room.client.enqueue(Task.of("odd", Payload.none()), Options.defaults().taskId("odd1"))
        room.enqueue(500, from = 1_000)
        room.client.enqueue(Task.of("odd", Payload.none()), Options.defaults().taskId("odd2"))
        var last = 0L to 0L
        room.inspector.archiveAll(PENDING, TaskFilter.any().type("odd")) { done, total ->
            last = done to total
        } shouldBe
            2
        last shouldBe (1_502L to 1_502L)
        room.inspector.list(ARCHIVED, Page.FIRST).map { it.id() } shouldBe listOf("odd1", "odd2")
    }

    test("changes that make no sense are refused") {
        val inspector = Room().also { it.enqueue(1) }.inspector
        shouldThrow<IllegalArgumentException> {
            inspector.deleteAll(Shelf.of("default", TaskState.ACTIVE))
        } shouldHaveMessage
            "there is no way to delete all active tasks"
        shouldThrow<IllegalArgumentException> { inspector.runAll(PENDING) }
        shouldThrow<IllegalArgumentException> { inspector.archiveAll(ARCHIVED) }
    }

    test("a task moves to another queue with all that is known of it") {
        val room = Room()
        room.archive("a", "boom", Options.defaults().header("name", "value").maxRetry(7))
        val moved = room.inspector.move("default", "a", "other")
        moved.state() shouldBe TaskState.PENDING
        room.inspector.queue("default").size() shouldBe 0
        val there = room.inspector.task("other", "a")
        there.queue() shouldBe "other"
        there.maxRetry() shouldBe 7
        there.headers()["name"] shouldBe "value"
        there.lastError() shouldBePresent { it shouldBe "boom" }
    }

    test("a task that waits for its time goes on waiting in the other queue, and a member joins its group") {
        val room = Room()
        val due = room.time.instant().plusSeconds(3600)
        room.client.enqueue(Task.of("t"), Options.defaults().taskId("s").processAt(due))
        room.client.enqueue(Task.of("t"), Options.defaults().taskId("m").group("g"))
        room.inspector.move("default", "s", "other").state() shouldBe TaskState.SCHEDULED
        room.inspector.task("other", "s").nextProcessAt() shouldBePresent { it shouldBe due }
        room.inspector.move("default", "m", "other").state() shouldBe TaskState.AGGREGATING
        room.inspector.groups("other").map { it.group() } shouldBe listOf("g")
    }

    test("a task does not move to where its id is taken, and stays as it was") {
        val room = Room()
        room.enqueue(1)
        room.client.enqueue(Task.of("t"), Options.defaults().taskId("t0").queue("other"))
        shouldThrow<TaskIdConflictException> { room.inspector.move("default", "t0", "other") }.queue() shouldBe "other"
        room.inspector.task("default", "t0").state() shouldBe TaskState.PENDING
    }

    test("a move that is cut short leaves the task in the archive, not running twice") {
        val room = Room()
        room.enqueue(1)
        val faults = Faults.on(room.time)
        val inspector = Inspector.of(faults.wrap(room.memory), room.time)
        faults.unavailable(io.asynq4j.spi.Submission::class.java)
        shouldThrow<BrokerUnavailableException> { inspector.move("default", "t0", "other") }
        room.inspector.task("default", "t0").state() shouldBe TaskState.ARCHIVED
        faults.available()
        inspector.move("default", "t0", "other").state() shouldBe TaskState.PENDING
        room.inspector.queue("default").size() shouldBe 0
    }

    test("many tasks move, and those whose id is taken stay") {
        val room = Room()
        room.enqueue(10)
        room.client.enqueue(Task.of("t"), Options.defaults().taskId("t3").queue("other"))
        room.inspector.moveAll(PENDING, TaskFilter.any(), "other", Progress.IGNORED) shouldBe 9
        room.inspector.list(PENDING, Page.FIRST).map { it.id() } shouldBe listOf("t3")
        room.inspector.queue("other").count(TaskState.PENDING) shouldBe 10
    }

    test("a copy is a new task that has never been tried") {
        val room = Room()
        room.archive("a", "boom", Options.defaults().header("name", "value"))
        val copy = room.inspector.copy("default", "a", "default")
        copy.id() shouldNotBe "a"
        val there = room.inspector.task("default", copy.id())
        there.state() shouldBe TaskState.PENDING
        there.retried() shouldBe 0
        there.lastError().isPresent shouldBe false
        there.headers()["name"] shouldBe "value"
        room.inspector.task("default", "a").state() shouldBe TaskState.ARCHIVED
    }

    test("a task is run again with another payload") {
        val room = Room()
        room.archive("a", "boom")
        room.inspector.runWith("default", "a", Payload.ofUtf8("better"))
        room.fetch().single().message().payload() shouldBe Payload.ofUtf8("better")
    }

    test("all attempts that are meant are asked to end") {
        val room = Room()
        room.enqueue(3)
        room.client.enqueue(Task.of("odd"), Options.defaults().taskId("odd"))
        room.fetch(4)
        val asked = mutableListOf<String>()
        room.memory.onCancel { asked += it.id() }
        room.inspector.cancelAll("default", TaskFilter.any().type("t"), Progress.IGNORED) shouldBe 3
        asked shouldContainExactly listOf("t0", "t1", "t2")
    }

    test("a queue is removed with what is in it, chunk by chunk") {
        val room = Room()
        room.enqueue(1_100)
        val told = mutableListOf<Long>()
        room.inspector.removeQueue("default", true) { done, _ -> told += done } shouldBe 1_100
        told shouldContainExactly listOf(500, 1_000, 1_100)
        room.inspector.queues().shouldBeEmpty()
    }

    test("every method tells when the broker does not answer") {
        val room = Room()
        room.enqueue(1)
        val faults = Faults.on(room.time)
        val inspector = Inspector.of(faults.wrap(room.memory), room.time)
        faults.unavailable()
        listOf<() -> Any>(
            { inspector.queues() },
            { inspector.queue("default") },
            { inspector.list(PENDING, Page.FIRST) },
            { inspector.stream(PENDING).toList() },
            { inspector.task("default", "t0") },
            { inspector.delete("default", "t0") },
            { inspector.deleteAll(PENDING) },
            { inspector.deleteAll(PENDING, TaskFilter.any().type("t"), Progress.IGNORED) },
            { inspector.moveAll(PENDING, TaskFilter.any(), "other", Progress.IGNORED) },
            { inspector.removeQueue("default", true) },
            { inspector.servers() },
        ).forEach { shouldThrow<BrokerUnavailableException> { it() } }
    }
})

private val PENDING = Shelf.of("default", TaskState.PENDING)
private val ARCHIVED = Shelf.of("default", TaskState.ARCHIVED)

private class Room {
    val time: VirtualTime = VirtualTime.startingAt(Instant.parse("2026-01-01T00:00:00Z"))
    val memory: InMemoryBroker = InMemoryBroker.on(time)
    val client: TaskClient = TaskClient.of(memory, time)
    val inspector: Inspector = Inspector.of(memory, time)
    private var attempts = 0

    fun enqueue(count: Int, from: Int = 0) {
        client.enqueueAll((from until from + count).map { Task.of("t").with(Options.defaults().taskId("t$it")) })
    }

    /** Puts a task where only another program would. */
    fun plant(queue: String, id: String) {
        val message = TaskMessage.of("t", Payload.none(), Options.defaults().taskId(id)).withQueue(queue)
        memory.submit(listOf(Placement(message, TaskState.PENDING, time.instant(), null)))
    }

    fun fetch(count: Int = 1) = memory.fetch(
        Demand(
            listOf(Demand.Share("default", count)),
            time.instant(),
            time.instant().plusSeconds(30),
            "attempt-${++attempts}",
        ),
    )

    fun archive(id: String, error: String, options: Options = Options.defaults()) {
        client.enqueue(Task.of("t"), options.taskId(id))
        memory.settle(listOf(Ending.Archived(fetch().single(), error)), time.instant())
    }
}
