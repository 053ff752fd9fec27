package io.asynq4j.redis.teeth

import java.nio.file.Files
import java.util.concurrent.TimeUnit
import kotlin.io.path.createDirectories
import kotlin.io.path.deleteRecursively
import kotlin.io.path.div
import kotlin.io.path.readText
import kotlin.io.path.writeText

/**
 * The tests of ours that look at a script beyond what every broker promises: what only other programs can tell, and what is
 * done about damage that a broker in memory cannot have.
 */
internal object Specs {
    private val groups =
        listOf("GroupScriptsRedisTest", "DamagedGroupsRedisTest", "EndScriptsRedisTest", "SubmitScriptRedisTest")
    private val periodic = listOf("PeriodicScriptsRedisTest")
    private val inspection = listOf("InspectionRedisTest")
    private val doctor = listOf("DoctorRedisTest")
    private val looking = mapOf(
        "announce_scheduler" to periodic,
        "fire" to periodic,
        "join_periodic" to periodic,
        "lead" to periodic,
        "pause_periodic" to periodic,
        "record_event" to periodic,
        "acquire_permit" to listOf("HandlerScriptsRedisTest"),
        "cancel" to listOf("HandlerScriptsRedisTest"),
        "examine_group" to doctor,
        "examine_lock" to doctor,
        "examine_record" to doctor,
        "mend_place" to doctor,
        "change" to inspection,
        "change_all" to inspection,
        "expired_leases" to listOf("DamagedRedisTest", "LeaseScriptsRedisTest"),
        "fetch" to listOf("FetchScriptRedisTest", "DamagedRedisTest"),
        "finish_set" to groups,
        "forward" to listOf("ForwardScriptRedisTest", "DamagedGroupsRedisTest"),
        "read_set" to groups,
        "repair_active" to listOf("LeaseScriptsRedisTest", "DamagedRedisTest"),
        "remove_queue" to inspection,
        "return_set" to groups,
        "set_aside" to listOf("DamagedRedisTest", "EndScriptsRedisTest"),
        "set_aside_member" to groups,
        "settle" to listOf("SettleScriptRedisTest", "DamagedRedisTest"),
        "stage_group" to groups,
        "sweep_set" to groups,
    )

    /** The class with a test that fails with the mutant; null when there is none. */
    fun seeing(mutant: Mutant): String? =
        looking[mutant.of.name().removePrefix("lua/").removeSuffix(".lua")]?.firstOrNull { fails(it, mutant) }

    /** In a process of its own, where the mutant's file lies before ours. */
    @OptIn(kotlin.io.path.ExperimentalPathApi::class)
    private fun fails(spec: String, mutant: Mutant): Boolean {
        val folder = Files.createTempDirectory("mutant")
        try {
            val file = folder / "io/asynq4j/redis" / mutant.of.name()
            file.parent.createDirectories()
            file.writeText(mutant.script.source())
            val paths = "$folder:${System.getProperty("java.class.path")}"
            val console = folder / "console"
            val process = ProcessBuilder(
                "${System.getProperty("java.home")}/bin/java", "-cp", paths, "-XX:TieredStopAtLevel=1",
                "io.kotest.engine.launcher.MainKt", "--spec", "io.asynq4j.redis.$spec", "--listener", "console",
            ).redirectErrorStream(true).redirectOutput(console.toFile()).start()
            if (!process.waitFor(1, TimeUnit.MINUTES)) { // what never ends is seen by whoever waits
                process.descendants().forEach { it.destroyForcibly() }
                process.destroyForcibly().waitFor()
                return true
            }
            val said = console.readText()
            val (passed, failed) = checkNotNull(SUMMARY.find(said)) { "no summary of $spec:\n$said" }.destructured
            check(passed.toInt() + failed.toInt() > 3) { "no tests in $spec:\n$said" }
            return failed.toInt() > 0
        } finally {
            folder.deleteRecursively()
        }
    }

    private val SUMMARY = Regex("Tests: +(?:\u001b\\[\\d+m)*(\\d+) passed, (?:\u001b\\[\\d+m)*(\\d+) failed")
}
