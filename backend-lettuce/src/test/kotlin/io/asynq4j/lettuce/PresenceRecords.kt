package io.asynq4j.lettuce

import io.asynq4j.spi.Lease
import io.asynq4j.spi.ServerInfo
import io.asynq4j.spi.TaskMessage
import io.asynq4j.spi.WorkerInfo
import io.asynq4j.task.Payload
import java.nio.ByteBuffer
import java.time.Instant

/** Reads back what servers write of themselves, which the library itself never does. */
internal object PresenceRecords {
    fun server(bytes: ByteArray): ServerInfo {
        val fields = Fields(bytes)
        val queues = fields.all(5).map { Fields(it) }.associate { it.text(1) to it.number(2).toInt() }
        return ServerInfo(
            fields.text(1),
            fields.number(2).toInt(),
            fields.text(3),
            fields.number(4).toInt(),
            queues,
            fields.number(6) == 1L,
            fields.text(7),
            fields.instant(8),
            fields.number(9).toInt(),
        )
    }

    /** The lease knows of its task no more than the record does. */
    fun worker(bytes: ByteArray): WorkerInfo {
        val fields = Fields(bytes)
        val message = TaskMessage(
            fields.text(5),
            Payload.of(fields.bytes(6)),
            fields.text(4),
            fields.text(7),
            emptyMap(),
            TaskMessage.Limits(0, 0, 0, 0),
            "",
            "",
            TaskMessage.Progress.NONE,
            Payload.none(),
        )
        return WorkerInfo(Lease(message, "", Instant.EPOCH), fields.instant(8), fields.instant(9))
    }
}

/** The fields of a protobuf message that has nothing but numbers, and what has a length. */
private class Fields(bytes: ByteArray) {
    private val numbers = mutableMapOf<Int, Long>()
    private val blocks = mutableMapOf<Int, MutableList<ByteArray>>()

    init {
        val rest = ByteBuffer.wrap(bytes)
        while (rest.hasRemaining()) {
            val tag = varint(rest).toInt()
            when (tag and 7) {
                0 -> numbers[tag shr 3] = varint(rest)

                2 -> blocks.getOrPut(tag shr 3) { mutableListOf() } +=
                    ByteArray(varint(rest).toInt()).also { rest.get(it) }

                else -> error("field ${tag shr 3} has wire type ${tag and 7}")
            }
        }
    }

    fun number(field: Int) = numbers[field] ?: 0

    fun all(field: Int): List<ByteArray> = blocks[field].orEmpty()

    fun bytes(field: Int) = all(field).singleOrNull() ?: ByteArray(0)

    fun text(field: Int) = String(bytes(field))

    fun instant(field: Int): Instant = Fields(bytes(field)).let { Instant.ofEpochSecond(it.number(1), it.number(2)) }

    private fun varint(from: ByteBuffer): Long {
        var value = 0L
        var shift = 0
        do {
            val byte = from.get().toLong()
            value = value or ((byte and 0x7f) shl shift)
            shift += 7
        } while (byte < 0)
        return value
    }
}
