package io.asynq4j.kotlin

import io.asynq4j.task.Codec
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.MissingFieldException
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.SerialDescriptor

/** Says what does not fit without showing it: messages of the formats quote the payload, so they do not get through. */
internal class SerializationCodec<T : Any>(
    private val descriptor: SerialDescriptor,
    private val encode: (T) -> ByteArray,
    private val decode: (ByteArray) -> T,
) : Codec<T> {
    override fun encode(value: T): ByteArray = explained("cannot be written") { encode.invoke(value) }

    override fun decode(bytes: ByteArray): T = explained("cannot be read") { decode.invoke(bytes) }

    override fun toString(): String = "SerializationCodec[$type]"

    @OptIn(ExperimentalSerializationApi::class)
    private val type: String get() = descriptor.serialName

    @OptIn(ExperimentalSerializationApi::class)
    private inline fun <R> explained(what: String, convert: () -> R): R = try {
        convert()
    } catch (missing: MissingFieldException) {
        throw refused("$type $what: no ${missing.missingFields.joinToString { "'$it'" }}", missing)
    } catch (wrong: SerializationException) {
        throw refused("$type $what${place(wrong)}: ${kind(wrong)}", wrong)
    } catch (wrong: IllegalArgumentException) {
        throw refused("$type $what: refused by ${wrong.origin()}", wrong)
    } catch (wrong: CharacterCodingException) {
        throw refused("$type $what: the text is no UTF-8", wrong)
    }

    /**
     * Where in the value, as the JSON format tells it: `$.address.street`. A key of a map is part of the payload and may be any
     * text, so the place is told up to the first one.
     */
    private fun place(wrong: SerializationException): String {
        val told = wrong.message.orEmpty().substringBefore(INPUT)
        val path = PATH.findAll(told).lastOrNull() ?: return "" // what comes before the last one may be quoted
        val (known, key) = path.destructured
        return " at $known" + if (key.isEmpty()) "" else "[*]"
    }

    private fun kind(wrong: SerializationException): String {
        val message = wrong.message.orEmpty()
        return when {
            "class discriminator" in message || "polymorphic" in message -> "no known subclass"
            "Unexpected JSON token" in message || "Expected" in message -> "a value of another kind is expected"
            "unknown key" in message -> "it has an unknown field"
            "EOF" in message -> "it ends too early"
            else -> "malformed"
        }
    }

    private fun refused(why: String, cause: Throwable): IllegalArgumentException =
        IllegalArgumentException(why).apply { stackTrace = cause.stackTrace }

    private fun Throwable.origin(): String = stackTrace.firstOrNull()?.className ?: "the format"

    private companion object {
        const val INPUT = "\nJSON input:"
        val PATH = Regex("""at path:? (\$(?:\.[^\s.\[\]]+|\[\d+])*)(\[')?""")
    }
}
