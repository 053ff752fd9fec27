package io.asynq4j.cli

import io.asynq4j.redis.port.Topology
import io.asynq4j.task.BrokerUnavailableException
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions
import kotlin.io.path.writeText

class ConnectionTest : FunSpec({
    fun CommandLineForTests.to(vararg args: String) = run("queue", "ls", *args).let {
        it.exit shouldBe Exit.OK
        opened.last()
    }

    test("it goes to this machine where nobody says otherwise") {
        CommandLineForTests().to().toString() shouldBe "redis://localhost:6379/0"
    }

    test("a URI on the command line goes before the environment, which goes before the file") {
        val program = CommandLineForTests()
        program.home = tempdir().toPath()
        program.home.resolve(".asynq4j.yaml").writeText("uri: redis://file:1\ndb: 3\n")

        program.to().toString() shouldBe "redis://file:1/3"
        program.environment["ASYNQ4J_URI"] = "redis://env:2"
        program.to().toString() shouldBe "redis://env:2/3"
        program.to("-u", "redis://line:3/0", "-n", "5").toString() shouldBe "redis://line:3/5"
    }

    test("a database in the URI goes before one that a later source names, and not before one of the same") {
        val program = CommandLineForTests()
        program.home = tempdir().toPath()
        val file = program.home.resolve(".asynq4j.yaml").apply { writeText("uri: redis://file:1/2\ndb: 3\n") }

        program.to().toString() shouldBe "redis://file:1/3"
        mapOf(
            "redis://host/5" to "redis://host:6379/5",
            "redis://host/0" to "redis://host:6379/0",
            "host:1/4" to "redis://host:1/4",
            "redis://host" to "redis://host:6379/3",
            "redis-socket:///run/x/5.sock?db=4" to "redis-socket:///run/x/5.sock?db=4",
            "redis-socket:///run/x/5.sock" to "redis-socket:///run/x/5.sock?db=3",
            "redis-sentinel://a:1/4?master=m" to "redis-sentinel://a:1/4?master=m",
            "redis-sentinel://a:1?master=m" to "redis-sentinel://a:1/3?master=m",
        ).forEach { (uri, there) -> program.to("-u", uri).toString() shouldBe there }
        program.environment["ASYNQ4J_URI"] = "redis://:pw@env/6"
        program.to().database() shouldBe 6
        program.to("-n", "0").database() shouldBe 0
        program.environment["ASYNQ4J_DB"] = "7"
        program.to().database() shouldBe 7
        program.to("-u", "redis://host/5").database() shouldBe 5
        file.writeText("uri: redis://file:1/2\n")
        program.environment.clear()
        program.to().database() shouldBe 2
    }

    test("user and password of a URI go before those of a later source, and not before those of the same") {
        val program = CommandLineForTests()
        program.home = tempdir().toPath()
        val file = program.home.resolve(".asynq4j.yaml")
        fun login(vararg args: String) = program.to(*args).login().let { it.user() to it.password() }

        program.environment["ASYNQ4J_URI"] = "redis://app:pw@host"
        login("--username", "ops") shouldBe ("ops" to "pw")
        file.writeText("username: file\npassword: from file\n")
        login() shouldBe ("app" to "pw")
        program.environment["ASYNQ4J_PASSWORD"] = "from env"
        login() shouldBe ("app" to "from env")
        program.environment["ASYNQ4J_USERNAME"] = "env"
        login() shouldBe ("env" to "from env")
        program.environment.remove("ASYNQ4J_URI")
        program.environment.remove("ASYNQ4J_PASSWORD")
        login() shouldBe ("env" to "from file")
        val secret = program.home.resolve("secret").apply { writeText("from secret\n") }
        program.environment["ASYNQ4J_PASSWORD_FILE"] = "$secret"
        login() shouldBe ("env" to "from secret")
    }

    test("a key without a value in the configuration is as if it were not there") {
        val program = CommandLineForTests()
        program.home = tempdir().toPath()
        program.home.resolve(".asynq4j.yaml").writeText("uri:\ndb:\npassword:\noutput:\n")

        program.to().let { it.toString() to it.login().isPresent } shouldBe ("redis://localhost:6379/0" to false)
        program.environment["ASYNQ4J_URI"] = "redis://ada:hunter2@host:1"
        program.to().login().password() shouldBe "hunter2"
    }

    listOf("1e3", "1.10", "0x1F", "007", "true", "null", "~", "'quo''ted'").forEach { written ->
        test("a password is what is written, and no number or the like: $written") {
            val program = CommandLineForTests()
            program.home = tempdir().toPath()
            program.home.resolve(".asynq4j.yaml").writeText("password: $written\n")

            program.to().login().password() shouldBe written.removeSurrounding("'").replace("''", "'")
        }
    }

    test(
        "a list where the configuration needs a single value is refused, and not shown, and so is a key that is there twice",
    ) {
        val program = CommandLineForTests()
        program.home = tempdir().toPath()
        program.home.resolve(".asynq4j.yaml").writeText("password: [hush, hush]\n")

        val ran = program.run("queue", "ls")

        ran.exit shouldBe Exit.USAGE
        ran.err shouldContain "needs a single value for password"
        ran.err shouldNotContain "hush"

        program.home.resolve(".asynq4j.yaml").writeText("password: hush\npassword: hush\n")
        program.run("queue", "ls").err shouldContain "has password twice"
    }

    test("one password is enough, and what is no cluster is not made one") {
        val program = CommandLineForTests().apply { answers = ArrayDeque(listOf("typed")) }

        program.run("queue", "ls", "-p", "--password-file", "-").exit shouldBe Exit.USAGE
        program.run("queue", "ls", "-u", "redis-sentinel://a?master=m", "--cluster").exit shouldBe Exit.USAGE
        program.opened.shouldBeEmpty()
    }

    test("a host and a port are enough, as for asynq") {
        CommandLineForTests().to("--uri", "10.0.0.1:7000", "--tls").toString() shouldBe "rediss://10.0.0.1:7000/0"
    }

    test("a cluster can be said by an option too") {
        CommandLineForTests().to("-u", "a:1,b:2", "--cluster").topology() shouldBe
            Topology.Cluster(listOf(Topology.Host("a", 1), Topology.Host("b", 2)))
    }

    test("a configuration that is named has to be there, and be one") {
        val program = CommandLineForTests()
        val file = tempdir().toPath().resolve("mine.yaml")

        program.run("queue", "ls", "--config", file.toString()).exit shouldBe Exit.USAGE
        file.writeText("uri: redis://mine:1\noutput: json\n")
        program.run("queue", "ls", "--config", file.toString()).out shouldBe "[ ]\n"
        program.environment["ASYNQ4J_CONFIG"] = file.toString()
        program.to().toString() shouldBe "redis://mine:1/0"
        file.writeText("url: redis://mine:1\n")
        program.run("queue", "ls").err shouldContain "knows no \"url\""
        file.writeText("- a list\n")
        program.run("queue", "ls").exit shouldBe Exit.USAGE
        file.writeText("password: [hunter2\n")
        program.run("queue", "ls").let {
            it.exit shouldBe Exit.USAGE
            it.err shouldNotContain "hunter2"
        }
    }

    test("a password on the command line is refused, and not repeated") {
        listOf(
            "redis://:hunter2@host:1",
            "redis://ada:hunter2@host",
            "redis-cluster://:hunter2@a,b",
            ":hunter2@host",
        ).forEach {
            val program = CommandLineForTests()
            val ran = program.run("queue", "ls", "--uri", it)

            ran.exit shouldBe Exit.USAGE
            ran.err shouldContain "can be read by everybody"
            ran.err shouldNotContain "hunter2"
            program.opened.shouldBeEmpty()
        }
    }

    test("a password comes from the environment, the configuration or a file") {
        val program = CommandLineForTests()
        program.home = tempdir().toPath()
        val secret = program.home.resolve("secret").apply { writeText("from file\n") }

        program.environment["ASYNQ4J_URI"] = "redis://ada:hunter2@host:1"
        program.to().login().let { it.user() to it.password() } shouldBe ("ada" to "hunter2")
        program.environment["ASYNQ4J_PASSWORD"] = "from env"
        program.to().login().let { it.user() to it.password() } shouldBe ("ada" to "from env")
        program.to("--password-file", secret.toString()).login().password() shouldBe "from file"
        program.environment.clear()
        program.input = "from stdin\nmore"
        program.to("--password-file", "-", "--username", "bob").login().let { it.user() to it.password() } shouldBe
            ("bob" to "from stdin")
        program.home.resolve(".asynq4j.yaml").writeText("password: from configuration\n")
        program.to().login().password() shouldBe "from configuration"
    }

    test("a password is asked for, where somebody is there to be asked") {
        val program = CommandLineForTests()
        program.run("queue", "ls", "-p").exit shouldBe Exit.USAGE

        program.answers = ArrayDeque(listOf("typed"))
        program.to("--password").login().password() shouldBe "typed"
        program.questions shouldContainExactly listOf("Password: ")
    }

    test("a configuration with a password that others may read is complained about") {
        val program = CommandLineForTests()
        val file = tempdir().toPath().resolve("mine.yaml").apply { writeText("password: x\n") }

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"))
        program.run("queue", "ls", "--config", file.toString()).err shouldContain "others may read it"
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"))
        program.run("queue", "ls", "--config", file.toString()).err shouldBe ""
    }

    test("a Redis that cannot be reached ends with 4 and its reason") {
        val program = CommandLineForTests()
        program.opening = { throw BrokerUnavailableException("redis://localhost:6379/0: connection refused", null) }

        val ran = program.run("stats")

        ran.exit shouldBe Exit.UNREACHABLE
        ran.err shouldBe "asynq4j: redis://localhost:6379/0: connection refused\n"
    }
})
