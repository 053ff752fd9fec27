package io.asynq4j.redis.wire

import com.google.protobuf.ByteString
import com.google.protobuf.Timestamp
import com.google.protobuf.UnknownFieldSet
import io.asynq4j.spi.Lease
import io.asynq4j.spi.SchedulerEntry
import io.asynq4j.spi.SchedulerEvent
import io.asynq4j.spi.ServerInfo
import io.asynq4j.spi.TaskMessage
import io.asynq4j.spi.TaskMessage.Limits
import io.asynq4j.spi.TaskMessage.Progress
import io.asynq4j.spi.WorkerInfo
import io.asynq4j.task.Payload
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.time.Instant
import kotlin.random.Random
import io.asynq4j.redis.wire.oracle.SchedulerEnqueueEvent as OracleEvent
import io.asynq4j.redis.wire.oracle.SchedulerEntry as OracleEntry
import io.asynq4j.redis.wire.oracle.ServerInfo as OracleServer
import io.asynq4j.redis.wire.oracle.TaskMessage as OracleTask
import io.asynq4j.redis.wire.oracle.WorkerInfo as OracleWorker

/** Ours against protobuf-java, which plays no other part here. */
class OracleTest : FunSpec({
    test("200,000 random tasks are written and read exactly as protobuf-java does") {
        val seed = Random.nextLong()
        val random = Random(seed)
        var withUnknown = 0
        repeat(200_000) { n ->
            val oracle = random.task()
            val bytes = oracle.toByteArray()
            val ours = Wire.decode(bytes)
            if (ours != ours(oracle) || !Wire.encode(ours).contentEquals(bytes)) {
                withClue("task $n of seed $seed, ${bytes.hex()}") {
                    ours shouldBe ours(oracle)
                    Wire.encode(ours).hex() shouldBe bytes.hex()
                }
            }
            if (ours.unknown().size() > 0) withUnknown++
        }
        withUnknown shouldBeGreaterThan 10_000
    }

    test("broken bytes are refused by a WireException and nothing else") {
        val seed = Random.nextLong()
        val random = Random(seed)
        var refused = 0
        repeat(50_000) { n ->
            val bytes = random.task().toByteArray()
            repeat(1 + random.nextInt(3)) {
                if (bytes.isNotEmpty()) {
                    bytes[random.nextInt(bytes.size)] =
                        random.nextBits(8).toByte()
                }
            }
            val cut = bytes.copyOf(random.nextInt(bytes.size + 1))
            try {
                val read = Wire.decode(cut)
                Wire.decode(Wire.encode(read)) == read || error("does not read back: ${cut.hex()}")
            } catch (expected: WireException) {
                refused++
            } catch (other: RuntimeException) {
                throw AssertionError("message $n of seed $seed, ${cut.hex()}", other)
            }
        }
        refused shouldBeGreaterThan 10_000
    }

    test("servers are written and read exactly as protobuf-java does") {
        val random = Random(4711)
        repeat(2_000) {
            val server = random.server()
            val oracle = OracleServer.parseFrom(Wire.encode(server))
            oracle shouldBe oracle(server)
            Wire.decodeServer(oracle.toByteArray()) shouldBe server
        }
    }

    test("running attempts are written and read exactly as protobuf-java does") {
        val random = Random(4711)
        repeat(2_000) {
            val server = random.server()
            val worker =
                WorkerInfo(Lease(ours(random.task()), "attempt", Instant.EPOCH), random.instant(), random.instant())
            val oracle = OracleWorker.parseFrom(Wire.encode(server, worker))
            oracle shouldBe oracle(server, worker)

            val read = Wire.decodeWorker(oracle.toByteArray())
            read.startedAt() shouldBe worker.startedAt()
            read.deadline() shouldBe worker.deadline()
            read.lease().message().run { listOf(type(), id(), queue(), payload()) } shouldBe
                worker.lease().message().run { listOf(type(), id(), queue(), payload()) }
        }
    }

    test("entries of schedulers, and what they did, are written and read exactly as protobuf-java does") {
        val random = Random(4711)
        repeat(2_000) {
            val entry = random.schedulerEntry()
            val oracle = OracleEntry.parseFrom(Wire.encode(entry))
            oracle shouldBe oracle(entry)
            Wire.decodeSchedulerEntry(oracle.toByteArray()) shouldBe entry

            val event = SchedulerEvent(random.text(), random.instant())
            val other = OracleEvent.newBuilder().setTaskId(event.taskId()).setEnqueueTime(timestamp(event.at())).build()
            OracleEvent.parseFrom(Wire.encode(event)) shouldBe other
            Wire.decodeSchedulerEvent(other.toByteArray()) shouldBe event
        }
    }

    test("no time is the first second of year 1, and 1970 is a time like any other") {
        val never = Instant.parse("0001-01-01T00:00:00Z")
        fun started(at: Instant) = Wire.encode(ServerInfo("", 0, "", 0, mapOf(), false, "", at, 0))
        started(never).hex() shouldBe "420b088092b8c398feffffff01"
        Wire.decodeServer(started(never)).startedAt() shouldBe never
        started(Instant.EPOCH).hex() shouldBe "4200"
        Wire.decodeServer(started(Instant.EPOCH)).startedAt() shouldBe Instant.EPOCH
    }

    test("times that no Instant holds are read as the nearest that one does") {
        fun read(seconds: Long, nanos: Int) = OracleServer.newBuilder()
            .setStartTime(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos)).build()
            .let { Wire.decodeServer(it.toByteArray()).startedAt() }
        read(Long.MAX_VALUE, Int.MAX_VALUE) shouldBeGreaterThan Instant.MAX.minusSeconds(10)
        Instant.MIN.plusSeconds(10) shouldBeGreaterThan read(Long.MIN_VALUE, Int.MIN_VALUE)
    }
})

private fun ours(oracle: OracleTask) = TaskMessage(
    oracle.type,
    if (oracle.payload.isEmpty) Payload.none() else Payload.of(oracle.payload.toByteArray()),
    oracle.id,
    oracle.queue,
    oracle.headersMap,
    Limits(oracle.retry, oracle.timeout, oracle.deadline, oracle.retention),
    oracle.uniqueKey,
    oracle.groupKey,
    Progress(oracle.retried, oracle.errorMsg, oracle.lastFailedAt, oracle.completedAt),
    oracle.unknownFields.toByteArray().let { if (it.isEmpty()) Payload.none() else Payload.of(it) },
)

private fun oracle(server: ServerInfo) = OracleServer.newBuilder()
    .setHost(server.host())
    .setPid(server.pid())
    .setServerId(server.serverId())
    .setConcurrency(server.concurrency())
    .putAllQueues(server.queues())
    .setStrictPriority(server.strictPriority())
    .setStatus(server.status())
    .setStartTime(timestamp(server.startedAt()))
    .setActiveWorkerCount(server.activeWorkers())
    .build()

private fun oracle(server: ServerInfo, worker: WorkerInfo) = worker.lease().message().let { task ->
    OracleWorker.newBuilder()
        .setHost(server.host())
        .setPid(server.pid())
        .setServerId(server.serverId())
        .setTaskId(task.id())
        .setTaskType(task.type())
        .setTaskPayload(ByteString.copyFrom(task.payload().bytes()))
        .setQueue(task.queue())
        .setStartTime(timestamp(worker.startedAt()))
        .setDeadline(timestamp(worker.deadline()))
        .build()
}

private fun oracle(entry: SchedulerEntry) = OracleEntry.newBuilder()
    .setId(entry.id())
    .setSpec(entry.spec())
    .setTaskType(entry.taskType())
    .setTaskPayload(ByteString.copyFrom(entry.payload().bytes()))
    .addAllEnqueueOptions(entry.options())
    .setNextEnqueueTime(timestamp(entry.next() ?: Instant.parse("0001-01-01T00:00:00Z")))
    .setPrevEnqueueTime(timestamp(entry.previous() ?: Instant.parse("0001-01-01T00:00:00Z")))
    .build()

private fun Random.schedulerEntry() = SchedulerEntry(
    text(),
    text(),
    text(),
    nextBytes(size()).let { if (it.isEmpty()) Payload.none() else Payload.of(it) },
    List(nextInt(4)) { text() },
    if (most()) instant() else null,
    if (some()) null else instant(),
)

private fun timestamp(instant: Instant) =
    Timestamp.newBuilder().setSeconds(instant.epochSecond).setNanos(instant.nano).build()

private fun Random.task(): OracleTask {
    val task = OracleTask.newBuilder()
    if (most()) task.type = text()
    if (most()) task.payload = ByteString.copyFrom(nextBytes(size()))
    if (most()) task.id = text()
    if (most()) task.queue = text()
    if (most()) task.retry = number().toInt()
    if (some()) task.retried = number().toInt()
    if (some()) task.errorMsg = text()
    if (most()) task.timeout = number()
    if (some()) task.deadline = number()
    if (some()) task.uniqueKey = text()
    if (some()) task.lastFailedAt = number()
    if (some()) task.retention = number()
    if (some()) task.completedAt = number()
    if (some()) task.groupKey = text()
    if (some()) repeat(nextInt(4)) { task.putHeaders(text(), text()) }
    if (some()) task.unknownFields = unknown()
    return task.build()
}

private fun Random.unknown(): UnknownFieldSet {
    val fields = UnknownFieldSet.newBuilder()
    repeat(1 + nextInt(3)) {
        val field = UnknownFieldSet.Field.newBuilder()
        when (nextInt(5)) {
            0 -> field.addVarint(number())
            1 -> field.addFixed32(nextInt())
            2 -> field.addFixed64(nextLong())
            3 -> field.addLengthDelimited(ByteString.copyFrom(nextBytes(size())))
            else -> field.addGroup(UnknownFieldSet.newBuilder().mergeVarintField(1, 7).build())
        }
        fields.mergeField(16 + nextInt(1 shl nextInt(1, 29)), field.build())
    }
    return fields.build()
}

private fun Random.server() = ServerInfo(
    text(),
    nextInt(),
    text(),
    nextInt(0, 1000),
    (0 until nextInt(4)).associate { text() to nextInt(0, 20) },
    nextBoolean(),
    text(),
    instant(),
    nextInt(0, 1000),
)

private fun Random.instant(): Instant = if (some()) {
    Instant.ofEpochSecond(
        nextLong(-3, 3),
    )
} else {
    Instant.ofEpochSecond(nextLong(0, 5_000_000_000), nextLong(1_000_000_000))
}

private fun Random.most() = nextInt(10) > 0

private fun Random.some() = nextInt(4) == 0

/** Around the sizes at which a length takes one byte more. */
private fun Random.size() = when (nextInt(20)) {
    0 -> 126 + nextInt(4)
    1 -> if (nextInt(20) == 0) 16_382 + nextInt(4) else 0
    else -> nextInt(40)
}

/** Every number of bits, and both signs. */
private fun Random.number(): Long = nextLong() shr nextInt(64)

private fun Random.text(): String = buildString {
    val most = if (nextBoolean()) 0x7F else 0x10FFFF
    repeat(size()) {
        val bits = nextInt(most + 1) shr if (some()) 8 else 0
        appendCodePoint(if (bits in 0xD800..0xDFFF) 0x20AC else bits)
    }
}
