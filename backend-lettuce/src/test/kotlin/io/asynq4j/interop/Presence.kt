package io.asynq4j.interop

import tools.jackson.databind.JsonNode

/** What servers announce, read without the code that writes it. */
internal object Presence {
    fun server(bytes: ByteArray): JsonNode = Protobuf(bytes).let { server ->
        obj(
            "host" to server.text(1),
            "pid" to server.long(2),
            "server_id" to server.text(3),
            "concurrency" to server.long(4),
            "queues" to server.messages(5).associate { it.text(1) to it.long(2) },
            "strict_priority" to (server.long(6) == 1L),
            "status" to server.text(7),
            "start_time" to timestamp(server.messages(8).single()),
            "active_worker_count" to server.long(9),
        )
    }

    fun worker(bytes: ByteArray): JsonNode = Protobuf(bytes).let { worker ->
        obj(
            "host" to worker.text(1),
            "pid" to worker.long(2),
            "server_id" to worker.text(3),
            "task_id" to worker.text(4),
            "task_type" to worker.text(5),
            "task_payload_hex" to worker.bytes(6).hex(),
            "queue" to worker.text(7),
            "start_time" to timestamp(worker.messages(8).single()),
            "deadline" to timestamp(worker.messages(9).single()),
        )
    }

    fun schedulerEntry(bytes: ByteArray): JsonNode = Protobuf(bytes).let { entry ->
        obj(
            "id" to entry.text(1),
            "spec" to entry.text(2),
            "task_type" to entry.text(3),
            "task_payload_hex" to entry.bytes(4).hex(),
            "enqueue_options" to entry.texts(5),
            "next_enqueue_time" to timestamp(entry.messages(6).single()),
            "prev_enqueue_time" to timestamp(entry.messages(7).single()),
        )
    }

    fun schedulerEvent(bytes: ByteArray): JsonNode = Protobuf(bytes).let { event ->
        obj("task_id" to event.text(1), "enqueue_time" to timestamp(event.messages(2).single()))
    }

    private fun timestamp(message: Protobuf) = obj("seconds" to message.long(1), "nanos" to message.long(2))
}

/** As much of protobuf's encoding as it takes: numbers and byte runs, by field. */
private class Protobuf(private val input: ByteArray) {
    private val numbers = mutableMapOf<Int, Long>()
    private val runs = mutableMapOf<Int, MutableList<ByteArray>>()
    private var at = 0

    init {
        while (at < input.size) {
            val tag = varint()
            val field = (tag ushr 3).toInt()
            when (val type = (tag and 7).toInt()) {
                0 -> numbers[field] = varint()
                2 -> runs.getOrPut(field, ::mutableListOf) += run(varint().toInt())
                else -> error("wire type $type of field $field")
            }
        }
    }

    fun long(field: Int) = numbers[field] ?: 0

    fun bytes(field: Int) = runs[field]?.last() ?: ByteArray(0)

    fun text(field: Int) = bytes(field).decodeToString(throwOnInvalidSequence = true)

    fun texts(field: Int) = runs[field].orEmpty().map { it.decodeToString(throwOnInvalidSequence = true) }

    fun messages(field: Int) = runs[field].orEmpty().map(::Protobuf)

    private fun run(length: Int) = input.copyOfRange(at, at + length).also { at += length }

    private fun varint(): Long {
        var value = 0L
        var shift = 0
        do {
            val byte = input[at++].toLong()
            value = value or ((byte and 0x7f) shl shift)
            shift += 7
        } while (byte and 0x80 != 0L)
        return value
    }
}
