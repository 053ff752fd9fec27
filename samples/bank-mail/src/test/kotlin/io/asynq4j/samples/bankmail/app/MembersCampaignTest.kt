package io.asynq4j.samples.bankmail.app

import io.asynq4j.inspect.Inspector
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.task.TaskState
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import java.util.concurrent.CompletableFuture.supplyAsync
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private val full = System.getProperty("campaign.full").toBoolean()
private val count = if (full) 200 else 20
private val asking = Regex("(?s)Subject: Please confirm.*?\r?\n([0-9A-Za-z]{32})\r?\n")

/** What became of the codes that were mailed, by address. */
private fun Place.mailedCodes() = mailServer.mails.mapNotNull { mail ->
    asking.find(mail.text)?.let { mail.recipient to it.groupValues[1] }
}

/** Waits until so many codes are stored, whose mails take half a second from then on. */
private suspend fun Place.awaitCodes(least: Int) = eventually(2.minutes) {
    codes().size shouldBeGreaterThanOrEqual least
}

private suspend fun WorkerProcess.awaitReady() = eventually(30.seconds) {
    log().filter { "is ready" in it }.shouldNotBeEmpty()
}

/** In every build a short one, with one worker killed; in full, by the profile `campaigns`, two, and Redis stopped. */
class MembersCampaignTest : FunSpec({
    test("each member has one code and at least one mail, whoever was killed meanwhile") {
        Place(tempdir().toPath()).use { place ->
            val first = place.javaWorker()
            first.awaitReady()
            val ids = supplyAsync { place.signUp(count, pauseMillis = if (full) 150 else 0) }

            place.awaitCodes(count / 5)
            place.act("kill -9 of the worker in Java") { first.kill() }
            val second = place.kotlinWorker()
            if (full) {
                second.awaitReady()
                place.awaitCodes(count * 2 / 5)
                place.act("Redis is stopped") { place.redis.stop() }
                place.pause(1_000)
                place.act("Redis is started again") { place.redis.restart() }
                place.awaitCodes(count * 3 / 5)
                place.act("kill -9 of the worker in Kotlin") { second.kill() }
                place.javaWorker()
            }
            ids.get().size shouldBe count
            eventually(2.minutes) { place.ask("select id from members where asked_at is null").shouldBeEmpty() }

            val mailed = place.mailedCodes()
            val story = place.story()
            println(story.joinToString("\n"))
            println("campaign members: $count members, ${mailed.size} mails with codes, ${place.codes().size} codes")
            withClue("one code for each member") { place.codes().map { it.first }.distinct().size shouldBe count }
            withClue("no two codes") { place.codes().size shouldBe count }
            withClue("at least one mail for each, with the code that is stored, and no other") {
                mailed.toSet() shouldContainExactlyInAnyOrder place.codes().toSet()
            }
            withClue("tasks that were taken from the dead") { story.filter { "attempt 2" in it }.shouldNotBeEmpty() }
            LettuceBroker.open(place.redis.uri()).use { broker ->
                listOf("critical", "default", "low").forAll {
                    Inspector.of(broker).queue(it).count(TaskState.ARCHIVED) shouldBe 0
                }
            }
            if (!full) {
                withClue("told to end, it ends in order") { second.terminate() shouldBe 143 }
                second.log().last() shouldEndWith "closed"
            }
        }
    }
})
