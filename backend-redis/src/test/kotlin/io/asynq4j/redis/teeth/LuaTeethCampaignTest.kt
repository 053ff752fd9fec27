package io.asynq4j.redis.teeth

import io.asynq4j.redis.RedisBroker
import io.asynq4j.redis.RedisFixture
import io.asynq4j.redis.RespConnection
import io.asynq4j.redis.RespPort
import io.asynq4j.redis.allScripts
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Script
import io.asynq4j.testing.contract.BrokerContract
import io.asynq4j.testing.contract.ContractCase
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlin.time.Duration.Companion.hours

/**
 * Leaves out each write of each script in turn. A case of the contract has to see it, or else a test of what no contract can
 * ask for.
 */
class LuaTeethCampaignTest : FunSpec({
    val full = System.getProperty("campaign.full", "false").toBoolean()
    val only = System.getProperty("campaign.script")

    test("every write of a script that is left out is seen").config(invocationTimeout = 2.hours, timeout = 2.hours) {
        Jury().use { jury ->
            val mutants = allScripts().flatMap { Mutant.of(it) }
                .filter { only == null || only in it.of.name() }
                .filterIndexed { at, _ -> full || only != null || at % 40 == 0 }
            val (inContract, others) = mutants.map { it to jury.sees(it) }.partition { (_, case) -> case != null }
            val elsewhere = others.map { (mutant, _) -> mutant to Specs.seeing(mutant) }
            val unseen = elsewhere.filter { (_, spec) -> spec == null }.map { (mutant, _) -> mutant.toString() }
            if (full) (inContract + elsewhere).forEach { (mutant, by) -> println("$mutant: ${by ?: "NOT SEEN"}") }
            println(
                "campaign lua: writes left out ${mutants.size}, seen by the contract ${inContract.size}, " +
                    "by tests of the scripts ${elsewhere.size - unseen.size}, by none ${unseen.size}",
            )
            unseen shouldBe emptyList()
        }
    }
})

/** The cases of the contract, each with the scripts that it uses. */
private class Jury : AutoCloseable {
    private val threads = Executors.newCachedThreadPool()
    private var server = RedisForTests.start()
    private val cases = BrokerContract.cases().map { case ->
        val used = mutableSetOf<Script>()
        check(!fails(case) { RecordingPort(it, used) }) { "not kept without any mutant: ${case.name}" }
        case to used
    }.toMutableList()

    /** The case that fails with the mutant, and does not without; null when there is none. Those in front have seen others. */
    fun sees(mutant: Mutant): String? = cases.toList()
        .filter { (_, used) -> mutant.of in used }
        .firstOrNull { (case, _) -> fails(case) { MutantPort(it, mutant) } && !fails(case) { it } }
        ?.also { seen -> cases.remove(seen).also { cases.add(0, seen) } }
        ?.first
        ?.name

    private fun fails(case: ContractCase, around: (RedisPort) -> RedisPort): Boolean {
        lateinit var port: StoppablePort
        val redis = { RespConnection(server.host(), server.port()) }
        val fixture = RedisFixture(redis(), tells = false) {
            RedisBroker.over(StoppablePort(around(RespPort(redis()))).also { port = it })
        }
        val run = CompletableFuture.runAsync({ case.check(fixture) }, threads)
        return try {
            run.handle { _, failure -> failure != null }.get(10, TimeUnit.SECONDS).also { fixture.close() }
        } catch (_: TimeoutException) {
            port.stop()
            server.close() // it may be in an endless script
            server = RedisForTests.start()
            true
        }
    }

    override fun close() {
        threads.shutdownNow()
        server.close()
    }
}
