package io.asynq4j.redis.port

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.Optional

private fun info(version: String) = "# Server\r\nredis_version:$version\r\nredis_git_sha1:0\r\n"

class ServerVersionTest : FunSpec({
    listOf("2.8.24", "5.0.14", "6.0.16", "6.1.240").forEach { version ->
        test("Redis $version is too old, and that is said with the rule") {
            ServerVersion.objection(info(version)) shouldBe
                Optional.of("this is Redis $version, and asynq4j needs Redis 6.2 or later, or Valkey")
        }
    }

    listOf("6.2.0", "6.2.11", "7.0.15", "8.0.2", "10.1.0", "255.255.255").forEach { version ->
        test("Redis $version is new enough") {
            ServerVersion.objection(info(version)) shouldBe Optional.empty()
        }
    }

    test("a server that does not tell its version is tried") {
        listOf("", "redis_version:unstable", "server_name:something\r\nversion:1.0").forEach {
            ServerVersion.objection(it) shouldBe Optional.empty()
        }
    }
})
