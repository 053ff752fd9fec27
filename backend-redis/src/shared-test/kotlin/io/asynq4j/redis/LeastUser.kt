package io.asynq4j.redis

import kotlin.io.path.Path
import kotlin.io.path.readText

/** The Redis user that the documentation says is enough. */
internal object LeastUser {
    const val LOGIN = "asynq4j:password"

    /** The command that makes it, with what an inspector needs as well. */
    val command: List<String> = Regex("(?s)```\n(ACL SETUSER .*?)\n```")
        .findAll(Path("../docs/redis.md").readText()) // tests run in the folder of their module
        .map { it.groupValues[1].split(Regex("\\s+")) }
        .reduce { worker, inspector -> worker + inspector.filter { it.startsWith("+") } }

    /** The commands that it may use. */
    val commands: Set<String> = command.filter { it.startsWith("+") }.map { it.drop(1) }.toSet()
}
