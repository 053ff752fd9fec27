package io.asynq4j.lettuce.campaign

import java.nio.file.Path
import java.time.Duration
import kotlin.io.path.Path

/** What a child process is told when it is started: names and values, in the form of its arguments. */
internal class Orders(val values: Map<String, String>) {
    constructor(
        arguments: Array<String>,
    ) : this(arguments.associate { it.substringBefore('=') to it.substringAfter('=') })

    fun arguments(): List<String> = values.map { (name, value) -> "$name=$value" }

    fun with(vararg more: Pair<String, Any>) = Orders(
        values + more.associate { (name, value) ->
            name to value.toString()
        },
    )

    fun text(name: String, otherwise: String? = null): String =
        values[name] ?: otherwise ?: error("no $name in the orders: $values")

    fun number(name: String, otherwise: Int? = null): Int =
        values[name]?.toInt() ?: otherwise ?: error("no $name: $values")

    fun millis(name: String, otherwise: Long? = null): Duration =
        Duration.ofMillis(values[name]?.toLong() ?: otherwise ?: error("no $name: $values"))

    fun path(name: String): Path = Path(text(name))
}
