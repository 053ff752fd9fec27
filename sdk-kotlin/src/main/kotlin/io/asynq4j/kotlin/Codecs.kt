package io.asynq4j.kotlin

import io.asynq4j.task.Codec
import kotlinx.serialization.BinaryFormat
import kotlinx.serialization.KSerializer
import kotlinx.serialization.StringFormat
import kotlinx.serialization.json.Json

/**
 * JSON that a fleet can be changed under: unknown fields are ignored, and fields with a default may be missing.
 *
 * @sample io.asynq4j.kotlin.samples.declareTypes
 */
public val LenientJson: Json = Json { ignoreUnknownKeys = true }

/**
 * Writes and reads values as text in UTF-8, JSON unless another [format] is given. What cannot be converted is refused with an
 * [IllegalArgumentException] that names the class and the field, and never shows the payload. Safe for use by many threads.
 *
 * @sample io.asynq4j.kotlin.samples.chooseFormat
 */
public fun <T : Any> jsonCodec(serializer: KSerializer<T>, format: StringFormat = LenientJson): Codec<T> =
    SerializationCodec(
        serializer.descriptor,
        encode = { format.encodeToString(serializer, it).encodeToByteArray() },
        decode = { format.decodeFromString(serializer, it.decodeToString(throwOnInvalidSequence = true)) },
    )

/**
 * Writes and reads values in a binary [format], such as CBOR or ProtoBuf. What cannot be converted is refused as
 * [jsonCodec] does. Safe for use by many threads.
 *
 * @sample io.asynq4j.kotlin.samples.chooseFormat
 */
public fun <T : Any> binaryCodec(serializer: KSerializer<T>, format: BinaryFormat): Codec<T> = SerializationCodec(
    serializer.descriptor,
    encode = { format.encodeToByteArray(serializer, it) },
    decode = { format.decodeFromByteArray(serializer, it) },
)
