package io.asynq4j.redis

import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlin.io.path.Path
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

class RedisCheckupRedisTest : FunSpec({
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    fun warnings(server: RedisForTests = redis, vararg login: String): List<String> {
        val connection = RespConnection(server.host(), server.port())
        if (login.isNotEmpty()) connection("AUTH", *login)
        return RedisBroker.over(RespPort(connection)).use { it.warnings() }
    }

    fun refusing(commands: String) =
        "this Redis does not let us run $commands (renamed, or not allowed to this user), and what needs that will fail"

    test("commands that the user may not run are named, all in one warning") {
        ScriptRoom(redis).use { room ->
            room.redis("SADD", Keys.QUEUES, "q")
            val less = arrayOf("-info", "-hset", "-lpush", "-zrangestore")
            redis.ask("ACL", "SETUSER", "ada", "on", ">p", "~*", "&*", "+@all", *less)
            warnings(redis, "ada", "p") shouldBe listOf(refusing("INFO, HSET, ZRANGESTORE, LPUSH"))
        }
    }

    test("so is it when scripts are what the user may not run") {
        redis.ask("ACL", "SETUSER", "bob", "on", ">p", "~*", "&*", "+@all", "-eval", "-evalsha")
        warnings(redis, "bob", "p") shouldBe listOf(refusing("EVAL"))
    }

    test("commands that have another name on this server are named") {
        RedisForTests.start("--rename-command", "ZADD", "hidden", "--rename-command", "RENAME", "").use { other ->
            warnings(other) shouldBe listOf(refusing("RENAME, ZADD"))
        }
    }

    test("trying changes nothing, on an empty Redis or another one") {
        ScriptRoom(redis).use { room ->
            warnings().shouldBeEmpty()
            room.all() shouldBe emptyMap()

            room.redis("SADD", Keys.QUEUES, "q", "r")
            room.pending("a")
            val before = room.all()
            warnings().shouldBeEmpty()
            room.all() shouldBe before
        }
    }

    test("every command that scripts of clients and servers use is tried, except the one that somebody would hear") {
        val scripts = Path("src/main/resources").walk().filter { it.extension == "lua" }.map { it.readText() }.toList()
        val used = scripts
            .flatMap { text -> Regex("redis\\.p?call\\('([A-Z]+)'").findAll(text).map { it.groupValues[1] } }
        val forServers = Regex("(?s)```\nACL SETUSER asynq4j on (.*?)\n```").find(Path("../docs/redis.md").readText())!!
        val needed = Regex("\\+([a-z]+)").findAll(forServers.value).map { it.groupValues[1].uppercase() }.toSet()
        val tried = Regex("\\{ '([A-Z]+)', ").findAll(Scripts.REFUSED_COMMANDS.source()).map { it.groupValues[1] }

        tried.toSortedSet() shouldBe (used.toSet() intersect needed - "PUBLISH").toSortedSet()
    }
})
