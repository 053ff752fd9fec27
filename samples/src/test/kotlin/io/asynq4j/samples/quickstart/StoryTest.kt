package io.asynq4j.samples.quickstart

import io.asynq4j.client.TaskClient
import io.asynq4j.samples.Output
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.asynq4j.time.SystemTime
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import sun.misc.Signal
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.function.Predicate
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

private val threeMembers = MemberFile.Contents(
    listOf(
        Member("Ada", "ada@example.org"),
        Member("Ελένη", "eleni@example.org"),
        Member("Ada L.", "ada@example.org"),
        Member("李伟", "wei@example.org"),
    ),
    listOf(MemberFile.Refusal(3, "the row is blank")),
)

/** How a story ended, and what it said. */
private class Told(val code: Int, val output: Output)

/** Stories in virtual time: one thread does all the work, and nobody waits. */
private class Room {
    private val time = VirtualTime.startingAt(Instant.parse("2026-11-21T08:00:00Z"))
    val broker: InMemoryBroker = InMemoryBroker.on(time)

    fun enqueue(vararg tasks: Task) = TaskClient.of(broker, time).use { it.enqueueAll(tasks.toList()) }

    fun tell(
        file: MemberFile.Contents = threeMembers,
        refuses: Predicate<String> = Predicate { false },
        mailbox: Mailbox = Mailbox(),
    ): Told {
        val output = Output()
        val worker = Worker.server(broker, time).loopExecutor(time.executor()).handlerExecutor(time.executor())
        return MailServer.start(refuses, mailbox).use {
            Told(Story(broker, worker, it, time, output.stream).tell(file), output)
        }
    }
}

private fun InMemoryBroker.holds() =
    listOf("critical", "default", "low").flatMap { queue -> TaskState.entries.flatMap { tasks(queue, it) } }

class StoryTest : FunSpec({
    test("the whole file: every accepted task leads to one message, although some are turned away at first") {
        val room = Room()
        val mailbox = Mailbox()
        val told = room.tell(MemberFile.shipped(), Greylist()::refuses, mailbox)
        told.output.text() shouldContain Regex(
            """
            |accepted +948
            |refused +23
            |duplicates +30
            |sent +948
            |retried +147
            |archived +0
            |Checked +948 messages have arrived: one for each accepted task, and no other
            """.trimMargin(),
        )
        told.code shouldBe Story.FINE
        mailbox.messages().map { it.recipient }.toSet() shouldHaveSize 948
        room.broker.holds().shouldBeEmpty()
    }

    test("a mail server that loses a message is found out") {
        val told = Room().tell(
            mailbox = object : Mailbox() {
                override fun put(message: Arrived) {
                    if (message.recipient != "wei@example.org") super.put(message)
                }
            },
        )
        told.output.lines() shouldContain "NOT FINE   3 messages have arrived: 1 accepted tasks have no message"
        told.code shouldBe Story.FAILED
    }

    test("a mail server that delivers a message twice is found out") {
        val told = Room().tell(
            mailbox = object : Mailbox() {
                override fun put(message: Arrived) {
                    super.put(message)
                    if (message.recipient == SignUps.TEAM) super.put(message)
                }
            },
        )
        told.output.lines() shouldContain "NOT FINE   5 messages have arrived: 1 tasks have more than one message"
        told.code shouldBe Story.FAILED
    }

    test("a recipient whom the mail server turns away for ever is archived in the end, and that is not fine") {
        val room = Room()
        val told = room.tell(refuses = { it == "wei@example.org" })
        told.output.lines() shouldContain "retried        10"
        told.output.lines() shouldContain "archived        1"
        told.output.lines() shouldContain "NOT FINE   3 messages have arrived: 1 accepted tasks have no message"
        told.code shouldBe Story.FAILED
        room.broker.archived("critical").single().task().payload.utf8() shouldBe "wei@example.org"
    }

    test("tasks that an earlier run has left are done as well") {
        val room = Room()
        room.enqueue(MailTasks.VERIFY.task("ada@example.org"))
        val told = room.tell()
        told.output.text() shouldContain "1 members have a task from an earlier run that is not done"
        told.output.lines() shouldContain "accepted        3"
        told.output.lines() shouldContain "duplicates      2"
        told.output.lines() shouldContain "Earlier    1 tasks of an earlier run were done as well"
        told.output.lines() shouldContain "Checked    4 messages have arrived: one for each accepted task, and no other"
        told.code shouldBe Story.FINE
        room.broker.holds().shouldBeEmpty()
    }

    test("a task of an earlier run that does not come is waited for, but not for ever") {
        val room = Room()
        room.enqueue(MailTasks.VERIFY.task("ada@example.org").with(Options.defaults().processIn(Duration.ofHours(1))))
        val told = room.tell()
        told.output.lines() shouldContain "Checked    3 messages have arrived: one for each accepted task, and no other"
        told.code shouldBe Story.FINE
    }

    test("a run after one that has ended finds nothing in its way") {
        val room = Room()
        room.tell().code shouldBe Story.FINE
        val again = room.tell()
        again.code shouldBe Story.FINE
        again.output.lines() shouldContain "accepted        4"
        again.output.lines() shouldContain "duplicates      1"
    }

    test("tasks that another worker takes away are not waited for for ever") {
        val room = Room()
        room.broker.pause("critical")
        val told = room.tell()
        told.output.lines() shouldContain "Nothing happens any more; is another worker on these queues? " +
            "3 tasks are not done; those in a Redis that was given stay there, for another run to do."
        told.code shouldBe Story.FAILED
    }

    test("tasks of other programs are left as they were") {
        val room = Room()
        room.enqueue(
            Task.of("report:build"),
            Task.of("image:resize").with(Options.defaults().queue("critical").maxRetry(0)),
        )
        val told = room.tell()
        told.output.lines() shouldContain
            "Held back  2 tasks of other programs, and gave them back: [image:resize, report:build]"
        told.code shouldBe Story.FINE
        room.broker.holds().map { "${it.state()} ${it.task().type} ${it.task().lastError()}" } shouldContainExactly
            listOf("PENDING image:resize Optional.empty", "PENDING report:build Optional.empty")
    }

    test("a task of another program whose timeout passes while it is held has not failed, and is counted once") {
        val room = Room()
        val brief = Options.defaults().timeout(Duration.ofSeconds(1)).maxRetry(0)
        room.enqueue(Task.of("image:resize").with(brief))
        val told = room.tell(refuses = Greylist()::refuses)
        told.output.lines() shouldContain "Held back  1 tasks of other programs, and gave them back: [image:resize]"
        told.code shouldBe Story.FINE
        val left = room.broker.holds().single()
        left.state() shouldBeIn listOf(TaskState.PENDING, TaskState.SCHEDULED) // due now, if it was put off last
        "${left.task().retried()} ${left.task().lastError()}" shouldBe "0 Optional.empty"
    }

    test("among too many tasks of other programs it stops, and leaves them as they were") {
        val room = Room()
        room.enqueue(*Array(100) { Task.of("report:build") })
        val told = room.tell()
        told.output.text() shouldContain
            "Too many tasks of other programs are in these queues; this needs a Redis of its own."
        told.code shouldBe Story.FAILED
        room.broker.pending("default") shouldHaveSize 100
        room.broker.pending("default").map { it.task().retried() }.toSet() shouldBe setOf(0)
    }

    test("a signal ends it in good order, and what is not done stays for another run") {
        val output = Output()
        val broker = InMemoryBroker.create()
        broker.pause("critical") // or a machine that stalls for two seconds does them all before it is interrupted
        val code = CompletableFuture<Int>()
        thread(name = "story") {
            SystemTime.open().use { time ->
                MailServer.start({ false }, Mailbox()).use {
                    val story = Story(broker, Worker.server(broker, time), it, time, output.stream)
                    code.complete(story.tell(threeMembers))
                }
            }
        }
        eventually(10.seconds) { output.text() shouldContain "sent    1" } // the digest
        Signal.raise(Signal("TERM")) // that of Ctrl-C is ignored in what a shell runs in the background
        withClue({ "ended in good order, having said ${output.text()}" }) {
            eventually(30.seconds) { code.isDone shouldBe true } // closing alone may take 9 s, if a mail hangs
        }
        code.get() shouldBe Story.INTERRUPTED
        output.lines() shouldContain
            "Interrupted: 3 tasks are not done; those in a Redis that was given stay there, for another run to do."
        broker.holds() shouldHaveSize 3
    }
})
