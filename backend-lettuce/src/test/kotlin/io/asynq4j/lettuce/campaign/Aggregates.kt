package io.asynq4j.lettuce.campaign

import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries

/** Which tasks that were handled have been made of which members, by the ledgers of a campaign. */
internal class Aggregates(private val tasksOf: Map<String, Set<String>>) {
    /** Members in no task that was handled. */
    fun missing(members: Collection<String>) = members.filterNot { it in tasksOf }

    /** Members in more than one. A task that was handled twice, since its worker was killed, is one. */
    val doubled get() = tasksOf.filterValues { it.size > 1 }
    val tasks get() = tasksOf.values.flatten().toSet()

    companion object {
        fun of(folder: Path): Aggregates {
            val tasksOf = HashMap<String, MutableSet<String>>()
            folder.listDirectoryEntries().flatMap { Ledger.read(it) }.filter { it.verb == "handled" }.forEach { note ->
                val (task, members) = note.id.split(' ')
                members.split(',').forEach { tasksOf.getOrPut(it, ::HashSet) += task }
            }
            return Aggregates(tasksOf)
        }
    }
}
