package io.asynq4j.lettuce.campaign

import java.io.FileOutputStream
import java.nio.file.Path
import kotlin.io.path.name
import kotlin.io.path.readText

/**
 * What a process swears to have seen, in a file of its own, one write to the kernel for each note: what was noted outlives
 * kill -9. Safe for use by many threads.
 */
internal class Ledger(file: Path) : AutoCloseable {
    private val out = FileOutputStream(file.toFile(), true)

    fun note(verb: String, id: String) = note(verb, listOf(id))

    fun note(verb: String, ids: Collection<String>) {
        if (ids.isNotEmpty()) {
            val now = System.currentTimeMillis()
            val lines = ids.joinToString("") { "$now $verb $it\n" }.toByteArray()
            synchronized(out) { out.write(lines) }
        }
    }

    override fun close() = out.close()

    /** One line of the ledger of [process]. */
    data class Note(val process: String, val atMillis: Long, val verb: String, val id: String)

    companion object {
        /** What [file] says; a line that was cut when its writer was killed does not count. */
        fun read(file: Path): Sequence<Note> = file.readText()
            .substringBeforeLast('\n', "")
            .lineSequence()
            .filter { it.isNotEmpty() }
            .map { line ->
                val (millis, verb, id) = line.split(' ', limit = 3)
                Note(file.name, millis.toLong(), verb, id)
            }
    }
}
