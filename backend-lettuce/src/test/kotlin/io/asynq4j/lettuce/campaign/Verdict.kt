package io.asynq4j.lettuce.campaign

import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries

/** What the ledgers of a campaign come to. */
internal class Verdict(
    val runs: Map<String, List<Run>>,
    val accepted: Set<String>,
    private val tried: Set<String>,
) {
    /** One run of a task in [process]. */
    class Run(val process: String, val startedAtMillis: Long) {
        var endedAtMillis: Long? = null

        /** Its handler has ended without having done the work, because it was told to or failed. */
        var stoppedAtMillis: Long? = null

        /** Its handler was told to end. */
        var cancelledAtMillis: Long? = null

        /** Until when the process has the task at least, if its lease was extended. */
        var leasedUntilMillis: Long? = null

        /** A retry had been used up before. */
        var again = false

        /** How many had been, where the ledger says so. */
        var retried = 0

        /** Redis has written how it ended, and the process has heard it. */
        var confirmed = false

        /** Redis has written how it ended, and the process was killed before it could hear it. */
        var unheard = false

        /** Nothing is known of how it ended. */
        val unfinished get() = endedAtMillis == null && stoppedAtMillis == null
    }

    val lost get() = accepted.filter { id -> runs[id].orEmpty().none { it.endedAtMillis != null } }
    val repeated get() = runs.filterValues { it.size > 1 }
    val ran get() = runs.size

    /** Of all seconds, the one in which most runs ended. */
    fun doneInBestSecond(): Int = runs.values.asSequence().flatten().mapNotNull { it.endedAtMillis }
        .groupingBy { it / 1_000 }.eachCount().values.maxOrNull() ?: 0

    /** New tasks that were stored although their producer was killed before it knew. */
    val storedUnknown get() = runs.keys.count { it in tried && it !in accepted }

    /** Repeats that no kill excuses: [killedAt] tells for each process that was killed when that was. */
    fun inexcusable(killedAt: Map<String, Long>): List<String> = repeated.flatMap { (id, all) ->
        all.zipWithNext().mapNotNull { (run, next) -> objection(run, next, killedAt)?.let { "$id: $it" } }
    }

    private fun objection(run: Run, next: Run, killedAt: Map<String, Long>): String? {
        val killed = killedAt[run.process]
        val stopped = run.stoppedAtMillis
        return when {
            stopped != null && next.startedAtMillis < stopped -> "in ${next.process} before ${run.process} had stopped"
            stopped != null -> null
            run.process == next.process -> "twice in ${run.process}"
            run.confirmed -> "again in ${next.process} although ${run.process} had its confirmation"
            run.unheard -> "again in ${next.process} although Redis had told ${run.process} that it was written"
            killed == null -> "again in ${next.process} although ${run.process} was not killed"
            next.startedAtMillis < killed -> "in ${next.process} while ${run.process} was alive"
            else -> null
        }
    }

    companion object {
        fun of(folder: Path): Verdict {
            val runs = HashMap<String, MutableList<Run>>()
            val accepted = HashSet<String>()
            val tried = HashSet<String>()
            for (file in folder.listDirectoryEntries()) {
                val here = HashMap<String, Run>() // a task's latest run in this process
                Ledger.read(file).forEach { note ->
                    when (note.verb) {
                        "tried" -> tried += note.id

                        "accepted" -> accepted += note.id

                        "start" -> {
                            val run = Run(note.process, note.atMillis)
                            here[note.id] = run
                            runs.getOrPut(note.id) { ArrayList(1) } += run
                        }

                        "end" -> here.getValue(note.id).endedAtMillis = note.atMillis

                        "stopped" -> here.getValue(note.id).stoppedAtMillis = note.atMillis

                        "cancelled" -> here.getValue(note.id.substringBefore(' ')).cancelledAtMillis = note.atMillis

                        "again" -> here.getValue(note.id).again = true

                        "retried" -> {
                            val (id, retried) = note.id.split(' ')
                            here.getValue(id).retried = retried.toInt()
                        }

                        "extended" -> {
                            val (id, until) = note.id.split(' ')
                            here[id]?.leasedUntilMillis = until.toLong()
                        }

                        "written" -> here[note.id]?.confirmed = true

                        "unheard" -> here[note.id]?.unheard = true
                    }
                }
            }
            runs.values.forEach { all -> all.sortBy { it.startedAtMillis } }
            return Verdict(runs, accepted, tried)
        }
    }
}
