package io.asynq4j.kotlin

import io.asynq4j.task.Codec
import io.asynq4j.task.Task
import io.asynq4j.task.TaskType
import kotlinx.serialization.serializer

/**
 * A type named [name], such as `"email:welcome"`, whose payload is JSON of the serializable class [T].
 *
 * @throws IllegalArgumentException when the name is blank
 * @throws kotlinx.serialization.SerializationException when [T] is not serializable
 * @sample io.asynq4j.kotlin.samples.declareTypes
 */
public inline fun <reified T : Any> taskType(name: String): TaskType<T> = taskType(name, jsonCodec(serializer<T>()))

/**
 * A type named [name] whose payload [codec] writes and reads.
 *
 * @throws IllegalArgumentException when the name is blank
 * @sample io.asynq4j.kotlin.samples.declareTypes
 */
public fun <T : Any> taskType(name: String, codec: Codec<T>): TaskType<T> = TaskType.of(name, codec)

/**
 * The same type, whose tasks start from these [options] laid over those it has.
 *
 * @sample io.asynq4j.kotlin.samples.declareTypes
 */
public fun <T : Any> TaskType<T>.withDefaults(options: EnqueueOptions.() -> Unit): TaskType<T> =
    withDefaults(EnqueueOptions.of(options))

/**
 * A task of this type that carries [value].
 *
 * @throws io.asynq4j.task.PayloadException when the codec cannot write the value
 * @sample io.asynq4j.kotlin.samples.enqueueOne
 */
public operator fun <T : Any> TaskType<T>.invoke(value: T): Task = task(value)

/**
 * This task with [options] laid over its own.
 *
 * @sample io.asynq4j.kotlin.samples.enqueueMany
 */
public fun Task.with(options: EnqueueOptions.() -> Unit): Task = with(EnqueueOptions.of(options))
