package io.asynq4j.samples.bankmail.app

import io.asynq4j.samples.bankmail.app.BankMail.Role
import io.asynq4j.samples.bankmail.h2
import io.asynq4j.samples.bankmail.proto.CreateMemberRequest
import io.asynq4j.samples.bankmail.proto.MembersGrpc
import io.asynq4j.testing.redis.RedisForTests
import io.grpc.Grpc
import io.grpc.InsecureChannelCredentials
import org.h2.tools.Server
import java.nio.file.Path
import java.sql.DriverManager
import java.sql.ResultSet
import java.time.LocalTime
import java.time.temporal.ChronoUnit
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.io.path.div
import kotlin.io.path.writeText

/** Where the campaign takes place: Redis, database, mail server and API here, the workers in processes of their own. */
internal class Place(private val folder: Path) : AutoCloseable {
    val redis: RedisForTests = RedisForTests.start("--appendonly", "yes", "--appendfsync", "always")
    val mailServer = SlowMailServer(millis = 500)
    val workers = CopyOnWriteArrayList<WorkerProcess>()
    private val database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start()
    private val url = h2("tcp://127.0.0.1:${database.port}/mem:campaign;DB_CLOSE_DELAY=-1")
    private val acts = CopyOnWriteArrayList<String>()
    private val periodic = folder / "periodic.yaml"

    private val environment = mapOf(
        "BANK_MAIL_REDIS" to redis.uri(),
        "BANK_MAIL_DATABASE" to url,
        "BANK_MAIL_DATABASE_USER" to "sa",
        "BANK_MAIL_DATABASE_PASSWORD" to "",
        "BANK_MAIL_SMTP" to mailServer.address,
        "BANK_MAIL_PERIODIC" to "$periodic",
        "BANK_MAIL_LEASE" to "PT3S",
        "BANK_MAIL_PORT" to "0",
    )
    private val api: BankMail
    private val channel by lazy {
        Grpc.newChannelBuilderForAddress("127.0.0.1", api.port(), InsecureChannelCredentials.create()).build()
    }

    init {
        periodic.writeText(
            "tasks: [{name: sweep, cron: '@every 5s', type: 'task:sweep_members', payload: '{\"olderThan\": \"PT15S\"}'}]",
        )
        api = BankMail.open(Settings.of(environment), Role.API)
    }

    fun javaWorker() = WorkerProcess.java(folder / "worker-${workers.size}.log", environment).also { workers += it }

    fun kotlinWorker() = WorkerProcess.kotlin(folder / "worker-${workers.size}.log", environment).also { workers += it }

    /** Does something, and has it in the story. */
    fun act(what: String, action: () -> Unit) {
        acts += "${LocalTime.now().truncatedTo(ChronoUnit.MILLIS)} ---- $what"
        action()
    }

    /** Creates members over gRPC, one after the other, and answers their ids. */
    fun signUp(count: Int, pauseMillis: Long): List<Long> {
        val bank = MembersGrpc.newBlockingStub(channel)
        return List(count) { i ->
            pause(pauseMillis)
            val request = CreateMemberRequest.newBuilder().setName(
                "Member $i",
            ).setEmail("member-$i@example.org").build()
            bank.createMember(request).memberId
        }
    }

    fun pause(millis: Long) {
        CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
    }

    /** The first column of all rows. */
    fun ask(sql: String): List<String?> = rows(sql) { it.getString(1) }

    /** The codes in the database, by the address of their member. */
    fun codes(): List<Pair<String, String>> = rows(
        "select m.email, c.code from members m join verification_codes c on c.member_id = m.id",
    ) { it.getString(1) to it.getString(2) }

    /** What the workers have logged and what was done to them, in order of time. */
    fun story(): List<String> = (
        acts + workers.flatMap {
            it.log()
        }
        ).filter { it.firstOrNull()?.isDigit() == true }.sorted()

    override fun close() {
        workers.forEach { it.close() }
        channel.shutdownNow()
        api.close()
        mailServer.close()
        database.stop()
        redis.close()
    }

    private fun <T> rows(sql: String, read: (ResultSet) -> T): List<T> =
        DriverManager.getConnection(url, "sa", "").use { connection ->
            connection.createStatement().use { statement ->
                val rows = statement.executeQuery(sql)
                buildList { while (rows.next()) add(read(rows)) }
            }
        }
}
